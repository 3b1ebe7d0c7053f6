"""The `callbot` command."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli_on_demand import OnDemand
from bot.settings import Settings
from runtime.secrets import SecretError

if TYPE_CHECKING:
    from bot.supervise.processes import Ports, Process

ROOT = Path(__file__).resolve().parent.parent
app = typer.Typer(cls=OnDemand, help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console()


@app.command()
def up(
    sip_port: Annotated[int, typer.Option(help="first SIP port, one per worker")] = 5060,
    rtp_port: Annotated[int, typer.Option(help="first RTP port, 40 per worker")] = 10_000,
    public_port: Annotated[int, typer.Option(help="health; later chat and console")] = 8000,
    internal_port: Annotated[int, typer.Option(help="/media and /nlg, loopback only")] = 8001,
    rasa_port: Annotated[int, typer.Option(help="dialogue engine, loopback only")] = 5005,
    rasa2_port: Annotated[int, typer.Option(help="the same while a new model takes over")] = 5006,
    actions_port: Annotated[int, typer.Option(help="action server, loopback only")] = 5055,
    backend_port: Annotated[int, typer.Option(help="embedded report desk")] = 8010,
    metrics_port: Annotated[
        int, typer.Option(help="first port of telephony's figures, one per worker, loopback only; 0: none")
    ] = 8020,
    workers: Annotated[int, typer.Option(help="telephony workers, 4 calls each", min=1)] = 1,
    front_port: Annotated[int, typer.Option(help="SIP port of Kamailio before the workers, 0: none")] = 0,
    rasas: Annotated[int, typer.Option(help="dialogue engines, 2 GB each", min=1, max=9)] = 1,
    actions: Annotated[int, typer.Option(help="action servers", min=1, max=9)] = 1,
) -> None:
    """Start everything, stay in the foreground, stop on Ctrl-C."""
    from bot.rasa_env.serve import shared_state
    from bot.supervise.engines import begin
    from bot.supervise.processes import Ports, all_processes, rasa_processes
    from bot.supervise.up import StartError, Up, check_ports, check_telephony

    settings = Settings()
    ports = Ports(
        sip=sip_port,
        rtp=rtp_port,
        public=public_port,
        internal=internal_port,
        rasa=rasa_port,
        rasa2=rasa2_port,
        actions=actions_port,
        backend=backend_port,
        metrics=metrics_port,
        front=front_port,
        sip_host=settings.sip_here,
        sip_transport=settings.sip_transport,
        n_rasas=rasas,
        n_actions=actions,
    )
    try:
        check_ports(ports, workers)
        check_telephony(ROOT, ports.environment())
    except StartError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error
    urls = (f"http://127.0.0.1:{rasa_port}", f"http://127.0.0.1:{rasa2_port}")
    begin(settings.var_dir, _trained_model(settings), urls)
    rasa = rasa_processes(ROOT, settings.var_dir, ports)
    processes = all_processes(ports, rasa, workers, _transfer_targets(settings), settings.drain_s)
    if max(rasas, actions) > 1:
        processes.insert(0, _balancer(settings, ports))
    if front_port:
        # Stopped last: calls that end say so through it.
        processes.insert(0, _front(settings, ports, workers))
    shared = shared_state(settings.var_dir, settings.rasa_database_url, settings.redis_url)
    raise typer.Exit(Up(ROOT, settings.var_dir, ports, console).run(processes, shared))


def _balancer(settings: Settings, ports: Ports) -> Process:
    from bot.supervise.balancer import BalancerError, balancer_process, pools

    try:
        return balancer_process(settings.var_dir / "run", pools(ports))
    except BalancerError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error


def _front(settings: Settings, ports: Ports, workers: int) -> Process:
    from bot.supervise.kamailio import FrontError, FrontSettings, front_process, trunks_of

    try:
        trunks, only_trunks = trunks_of(settings.sip_trunks, settings.sip_bind)
        front = FrontSettings(
            settings.sip_bind,
            ports.front,
            [f"{settings.sip_bind}:{ports.sip + worker}" for worker in range(workers)],
            trunks=trunks,
            only_trunks=only_trunks,
            calls_per_minute=settings.calls_per_number,
        )
        return front_process(ROOT, settings.var_dir / "run", front)
    except FrontError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error


@app.command()
def restart(
    names: Annotated[
        list[str], typer.Argument(help="bot, telephony0, …: as `supervisorctl status` names them")
    ],
) -> None:
    """Start processes of the running callbot again, one after another, without losing a call."""
    from bot.supervise.rolling import RestartError, Rolling

    rolling = Rolling(Settings().var_dir / "run")
    try:
        for name in names:
            rolling.restart(name)
            console.print(f"{name} has been started again")
    except RestartError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error


@app.command()
def train() -> None:
    """Train the dialogue model if anything it is made of has changed."""
    console.print(f"dialogue model: {_trained_model(Settings()).name}")


@app.command()
def simulate(
    script: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="what the caller wants, YAML")],
    to: Annotated[str, typer.Option(help="SIP address to call")] = "sip:mairie@127.0.0.1:5060",
    speaker: Annotated[str, typer.Option(help="a voice; the script's own, else the first, if empty")] = "",
    record: Annotated[Path | None, typer.Option(help="stereo WAV to leave: caller left, bot right")] = None,
) -> None:
    """Place a real SIP call as a synthetic citizen; print what was said and how long answers took, as JSON.

    Exit status 0 if the script's goal was heard.
    """
    from bot.call.errors import ModelError
    from bot.simulate.session import simulate_scripts
    from tts_voices.fetch import SPEAKER_MODELS, fetch

    settings = Settings()
    try:
        # The voices of synthetic citizens are fetched when the first of them calls.
        fetch(settings.models_path, SPEAKER_MODELS, Console(stderr=True))
    except ModelError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error
    (result,) = asyncio.run(simulate_scripts(settings, [(script, speaker)], to, record))
    print(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    raise typer.Exit(0 if result.outcome == "goal_reached" else 1)


def _transfer_targets(settings: Settings) -> tuple[str, ...]:
    from bot.transfer_targets import agent_targets, transfer_targets
    from integrations.city import load_city
    from integrations.city_yaml import CityDataError

    try:
        city = load_city(settings.city_dir)
    except CityDataError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error
    services = transfer_targets(city, settings.transfer_uri, settings.fallback_target)
    agents = agent_targets(settings.transfer_uri, settings.extensions)
    # Each once, in a steady order: it becomes part of a configuration file.
    return tuple(dict.fromkeys((*services.values(), *agents.values())))


def _trained_model(settings: Settings) -> Path:
    from bot.rasa_env.train import TrainingError, ensure_trained
    from bot.supervise.processes import rasa_python

    try:
        return ensure_trained(ROOT, settings.var_dir, rasa_python(ROOT))
    except TrainingError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error


def main() -> None:
    """Run the command; a secret that cannot be used is one line and exit status 1."""
    try:
        app()
    except SecretError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
