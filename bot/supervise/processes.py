"""Which processes make up the callbot, and how each is started."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.rasa_env.serve import serve_command, serve_environment, shared_state
from bot.supervise.engines import PROCESSES, model_link


@dataclass(frozen=True, slots=True)
class Process:
    """One supervised process.

    command: argv; the first element is an absolute path.
    environment: added to the supervisor's own.
    stop_s: how long it may take to finish its work after SIGTERM.
    hands_over: ends by itself, with status 0, when another process has taken over its work.
    starts: with the callbot; others are started when they are needed, or when calls are answered.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_s: int = 10
    hands_over: bool = False
    starts: bool = True


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens; all on one address, loopback unless told otherwise.

    metrics: of the first telephony worker, 0 for none; the other processes have theirs at their own ports.
    front: of the SIP front before the workers, 0 for none. sip_host, sip_transport: how telephony is reached
    from this machine. n_rasas, n_actions: how many of a kind there are; several stand behind a balancer at
    that kind's port.
    """

    bind: str = "127.0.0.1"
    sip: int = 5060
    rtp: int = 10_000
    public: int = 8000
    internal: int = 8001
    rasa: int = 5005
    rasa2: int = 5006
    actions: int = 5055
    backend: int = 8010
    metrics: int = 0
    front: int = 0
    sip_host: str = "127.0.0.1"
    sip_transport: str = "udp"
    n_rasas: int = 1
    n_actions: int = 1

    @property
    def calls(self) -> int:
        """Where calls come in: at the SIP front, or at the first worker."""
        return self.front or self.sip

    def of_processes(self) -> tuple[int, ...]:
        """Every port but telephony's."""
        own = (self.public, self.internal, self.rasa, self.rasa2, self.actions, self.backend)
        return (*own, *(port for ports in self.members().values() for port in ports if port not in own))

    def members(self) -> dict[str, tuple[int, ...]]:
        """Where the processes of a kind listen of which there may be several, the first one's name first."""
        first, second = PROCESSES
        return {
            first: pool_ports(self.rasa, self.n_rasas),
            second: pool_ports(self.rasa2, self.n_rasas),
            "actions": pool_ports(self.actions, self.n_actions),
        }

    def environment(self) -> dict[str, str]:
        """Return what every process must know to find the others."""
        return {
            "CALLBOT_PUBLIC_PORT": str(self.public),
            "CALLBOT_INTERNAL_PORT": str(self.internal),
            "CALLBOT_MEDIA_URL": f"ws://127.0.0.1:{self.internal}/media",
            "CALLBOT_NLG_URL": f"http://127.0.0.1:{self.internal}/nlg",
            "CALLBOT_RASA_URL": f"http://127.0.0.1:{self.rasa}",
            "CALLBOT_RASA_PORT": str(self.rasa),
            "CALLBOT_ACTIONS_URL": f"http://127.0.0.1:{self.actions}",
            "CALLBOT_ACTIONS_PORT": str(self.actions),
            "CALLBOT_BACKEND_URL": f"http://127.0.0.1:{self.backend}",
            "CALLBOT_BACKEND_PORT": str(self.backend),
            "CALLBOT_OPEN311_URL": f"http://127.0.0.1:{self.backend}/open311/v2/",
            "CALLBOT_SIP_PORT": str(self.calls),
        }


def write_ports(run_dir: Path, ports: Ports) -> None:
    """Leave word of where everything listens, for commands that speak to a running callbot."""
    run_dir.mkdir(parents=True, exist_ok=True)
    (run_dir / "ports.json").write_text(json.dumps(asdict(ports)), encoding="utf-8")


def read_ports(run_dir: Path) -> Ports:
    """Where everything of the running callbot listens. Raises OSError if none was ever started here."""
    return Ports(**json.loads((run_dir / "ports.json").read_text(encoding="utf-8")))


# Ports of one telephony worker's RTP: 4 calls, RTP and RTCP each, with room for calls that are ending.
RTP_PORTS_PER_WORKER = 40


# Calls that end when they must are not cut off by the supervisor.
AFTER_DRAIN_S = 10
# One serves, the other waits to take its place (bot/main.py).
BOT = "bot"
OTHER_BOT = "bot-next"
BOTS = (BOT, OTHER_BOT)
FRONT, BALANCER = "front", "balancer"
TELEPHONY = "telephony.main"


def pool_ports(port: int, n: int) -> tuple[int, ...]:
    """Where each of `n` processes of a kind listens; several have a balancer at `port`."""
    return (port,) if n == 1 else tuple(port + 100 * (number + 1) for number in range(n))


def member(name: str, number: int) -> str:
    """The name of one of several processes of a kind; the first has the kind's own."""
    return f"{name}.{number}" if number else name


def telephony(worker: int) -> str:
    """The name of a telephony worker, counted from 0."""
    return f"telephony{worker}"


def all_processes(
    ports: Ports,
    rasa: Sequence[Process],
    telephony_workers: int,
    transfer_targets: Iterable[str] = (),
    drain_s: int = 900,
) -> list[Process]:
    """Return every process, those that others need first.

    transfer_targets: all that telephony may call. drain_s: how long calls may go on when it is told to stop.
    """
    python = (sys.executable, "-m")
    bot, stop_s = (*python, "bot.main"), drain_s + AFTER_DRAIN_S
    return [
        Process("backend", (*python, "integrations.backend")),
        Process("outbox", (*python, "integrations.outbox")),
        *(
            Process(member("actions", number), (*python, "actions"), {"CALLBOT_ACTIONS_PORT": str(port)})
            for number, port in enumerate(pool_ports(ports.actions, ports.n_actions))
        ),
        *rasa,
        Process(BOT, bot, stop_s=stop_s, hands_over=True),
        Process(OTHER_BOT, bot, stop_s=stop_s, hands_over=True, starts=False),
        *(_telephony(ports, worker, transfer_targets, stop_s) for worker in range(telephony_workers)),
    ]


def _telephony(ports: Ports, worker: int, transfer_targets: Iterable[str], stop_s: int) -> Process:
    return Process(
        telephony(worker),
        (sys.executable, "-m", TELEPHONY),
        {
            "CALLBOT_SIP_PORT": str(ports.sip + worker),
            "CALLBOT_RTP_PORT": str(ports.rtp + worker * RTP_PORTS_PER_WORKER),
            "CALLBOT_TRANSFER_TARGETS": " ".join(transfer_targets),
            "CALLBOT_METRICS_PORT": str(ports.metrics + worker if ports.metrics else 0),
        },
        stop_s,
    )


def rasa_processes(root: Path, var_dir: Path, ports: Ports) -> list[Process]:
    """Return the dialogue engines, and places for as many with the next model. root: the checkout.

    What they share (`shared_state`) is not in it, since addresses of databases hold passwords.
    """
    urls = ports.environment()
    environment = dict(
        serve_environment(var_dir, actions_url=urls["CALLBOT_ACTIONS_URL"], nlg_url=urls["CALLBOT_NLG_URL"])
    )
    for name in shared_state(var_dir, "", ""):
        del environment[name]
    return [
        Process(
            member(place, number),
            serve_command(root, rasa_python(root), model_link(var_dir, place), port),
            environment,
            stop_s=15,
            starts=place == PROCESSES[0],
        )
        for place, first_port in zip(PROCESSES, (ports.rasa, ports.rasa2), strict=True)
        for number, port in enumerate(pool_ports(first_port, ports.n_rasas))
    ]


def rasa_python(root: Path) -> Path:
    """Return the interpreter of the Rasa environment."""
    return root / ".venv-rasa" / "bin" / "python"
