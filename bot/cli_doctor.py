"""`callbot doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.doctor.finding import Finding

ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = ROOT / "tests" / "audio"
console = Console(soft_wrap=True)


def doctor(
    speech: Annotated[
        bool, typer.Option("--speech", help="measure the speech engines, nothing else")
    ] = False,
    start: Annotated[bool, typer.Option("--start", help="start a callbot to call, if none runs")] = False,
    call: Annotated[bool, typer.Option(help="place a short call")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Check everything that calls depend on, and say what to do.

    Exit status 0: all is well, perhaps with warnings; 1: a fault.
    """
    from bot.doctor import run
    from bot.doctor.finding import State, worst

    if speech:
        raise typer.Exit(0 if _measure_speech() else 1)

    def findings() -> Iterator[Finding]:
        known = run.settings_findings()
        yield from known
        if worst(known) is State.FAULT:
            return
        from bot.settings import Settings
        from integrations.settings import Settings as IntegrationsSettings

        place = run.place_of(ROOT, Settings(), IntegrationsSettings())
        yield from run.examine(place, calls=call and (place.is_running or not start))
        if call and start and not place.is_running:
            yield _call_started(place.settings.var_dir)

    found = list(findings()) if as_json else run.show(findings(), console)
    if as_json:
        print(run.as_json(found))
    raise typer.Exit(1 if worst(found) is State.FAULT else 0)


def _call_started(var_dir: Path) -> Finding:
    from bot.doctor.finding import fault
    from bot.doctor.self_call import check_call
    from bot.doctor.started import NotReadyError, started_callbot

    try:
        with started_callbot(ROOT, var_dir) as port:
            return asyncio.run(check_call(f"sip:mairie@127.0.0.1:{port}"))
    except NotReadyError as error:
        return fault("self-call", f"the callbot did not start: {error}", "correct what is said above first")


def _measure_speech() -> bool:
    from bot.call.errors import ModelError
    from bot.settings import Settings
    from bot.speech.doctor import run_speech_doctor

    settings = Settings()
    try:
        return run_speech_doctor(settings.models_path, RECORDINGS, console, settings.inference_threads)
    except ModelError as error:
        console.print(f"error: {error}", style="red")
        return False
