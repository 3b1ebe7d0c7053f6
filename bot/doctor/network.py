"""Ports and processes: free before a start, ours and answering afterwards."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping

from bot.doctor.finding import Finding, fault, ok, warning
from bot.supervise.control import ProcessState
from bot.supervise.processes import Ports

_TCP, _UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM


def check_free_ports(ports: Ports, bind: str, workers: int) -> Iterator[Finding]:
    """Before a start: whether somebody else holds a port. bind: where SIP listens."""
    sip = [(bind, ports.sip + worker, kind) for worker in range(workers) for kind in (_UDP, _TCP)]
    metrics = [ports.metrics + worker for worker in range(workers) if ports.metrics]
    others = [("127.0.0.1", port, _TCP) for port in (*ports.of_processes(), *metrics)]
    taken = [(port, kind) for host, port, kind in (*sip, *others) if not _is_free(host, port, kind)]
    for port, kind in taken:
        letters = "u" if kind is _UDP else "t"
        remedy = f"`ss -{letters}lnp 'sport = :{port}'` names it: stop it, or choose ports with `callbot up`"
        yield fault("ports", f"{port} is taken by another program", remedy)
    if not taken:
        yield ok("ports", "all are free")


def check_processes(states: Mapping[str, ProcessState], now_s: float) -> Iterator[Finding]:
    """Of a running callbot, by supervisord: what is down, and what was started again a moment ago."""
    down = [name for name, state in states.items() if not state.runs]
    for name in down:
        yield fault("processes", f"{name} does not run", f"the reason is at the end of var/log/{name}.log")
    if not down:
        yield ok("processes", ", ".join(sorted(states)))
    first_s = min((state.started_s for state in states.values()), default=now_s)
    for name, state in states.items():
        if state.runs and state.started_s > first_s + 600 and now_s - state.started_s < 600:
            what = f"{name} was started again {now_s - state.started_s:.0f} s ago"
            yield warning("processes", what, f"unless you did it, see the end of var/log/{name}.log")


def check_health(answer: Mapping[str, object] | None) -> Iterator[Finding]:
    """answer: of `/healthz`, None when nothing came."""
    if answer is None:
        yield fault("health", "the bot does not answer", "the reason is at the end of var/log/bot.log")
        return
    processes = answer.get("processes")
    bad = {name: state for name, state in _items(processes) if state != "ok"}
    for name, state in bad.items():
        remedy = f"the reason is at the end of var/log/{name}*.log; starting takes a minute"
        is_needed = name != "backend"
        yield (fault if is_needed else warning)("health", f"{name}: {state}", remedy)
    if not bad:
        yield ok("health", f"{answer.get('recognizer')}, {answer.get('synthesizer')}, all processes answer")


def _items(processes: object) -> Iterable[tuple[object, object]]:
    return processes.items() if isinstance(processes, dict) else ()


def _is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is _TCP:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
