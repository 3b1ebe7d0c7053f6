"""Looks after the processes of a running callbot.

Those that hang are killed, so that supervisord restarts them. Beside the bot that serves one is kept waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import httpx

from bot.health import sip_options
from bot.supervise.balancer import ALIVE, pools
from bot.supervise.control import ControlError, Supervisor
from bot.supervise.place import Place
from bot.supervise.processes import BALANCER, BOTS, FRONT, Ports, member, telephony
from bot.supervise.watchdog import TELEPHONY_PATIENCE_S, Watchdog
from runtime.keeper import serving

EVERY_S, TELEPHONY_EVERY_S, BOTS_EVERY_S = 1.0, 0.5, 5.0
PROBE_TIMEOUT_S, OPTIONS_TIMEOUT_S = 2.0, 0.5
Probe = Callable[[], Awaitable[bool]]


def probes(ports: Ports, client: httpx.AsyncClient) -> dict[str, Probe]:
    """Return how each process but the telephony workers is asked for an answer, any answer."""
    addresses = {
        **dict.fromkeys(BOTS, f"http://127.0.0.1:{ports.internal}/process"),
        **{
            # Itself, not the balancer before it.
            member(kind, number): f"http://127.0.0.1:{port}/health"
            for kind, members in ports.members().items()
            for number, port in enumerate(members)
        },
        "backend": f"http://127.0.0.1:{ports.backend}/healthz",
    }
    if balanced := pools(ports):
        addresses[BALANCER] = f"http://127.0.0.1:{balanced[0].port}{ALIVE}"
    front = {FRONT: _sip(ports.sip_host, ports.front, "udp")} if ports.front else {}
    return {**front, **{name: _http(client, url) for name, url in addresses.items()}}


def telephony_probes(ports: Ports, workers: int) -> dict[str, Probe]:
    """Return how each telephony worker is asked."""
    return {
        telephony(worker): _sip(ports.sip_host, ports.sip + worker, ports.sip_transport)
        for worker in range(workers)
    }


def _http(client: httpx.AsyncClient, url: str) -> Probe:
    async def answers() -> bool:
        try:
            await client.get(url, timeout=PROBE_TIMEOUT_S)
        except httpx.HTTPError:
            return False
        return True

    return answers


def _sip(host: str, port: int, transport: str) -> Probe:
    async def answers() -> bool:
        return await sip_options(host, port, OPTIONS_TIMEOUT_S, transport) in ("ok", "OPTIONS refused")

    return answers


class Rounds:
    """Asks processes every `every_s`. on_killed: told of each that was killed."""

    def __init__(
        self,
        supervisor: Supervisor,
        place: Place,
        found: Mapping[str, Probe],
        watchdog: Watchdog,
        on_killed: Callable[[str], None],
        every_s: float = EVERY_S,
    ) -> None:
        self._every_s = every_s
        self._supervisor = supervisor
        self._place = place
        self._probes = found
        self._watchdog = watchdog
        self._on_killed = on_killed

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            began_s = time.monotonic()
            pids = await asyncio.to_thread(self._pids)
            await asyncio.gather(*(self._look(name, pids.get(name, 0)) for name in self._probes))
            await asyncio.sleep(max(0.0, began_s + self._every_s - time.monotonic()))

    def _pids(self) -> dict[str, int]:
        """Of the processes that are to answer."""
        try:
            states = self._supervisor.processes()
        except ControlError:
            return {}
        holder = self._place.holder()
        return {
            name: serving(state.pid)
            for name, state in states.items()
            if state.runs and (name not in BOTS or state.pid == holder)
        }

    async def _look(self, name: str, pid: int) -> None:
        answers = bool(pid) and await self._probes[name]()
        if not self._watchdog.hangs(name, pid, answers, time.monotonic()):
            return
        # Not its keeper, which has the next one ready.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self._on_killed(name)


async def keep_one_waiting(supervisor: Supervisor) -> None:
    """Start the bot that waits, and start it again once one that was replaced has ended; until cancelled."""
    while True:
        with contextlib.suppress(ControlError):
            for name in BOTS:
                if await asyncio.to_thread(supervisor.is_free, name):
                    await asyncio.to_thread(supervisor.start, name)
        await asyncio.sleep(BOTS_EVERY_S)


@contextlib.contextmanager
def watched(
    run_dir: Path, ports: Ports, telephony_workers: int, on_killed: Callable[[str], None]
) -> Iterator[None]:
    """Look after a running callbot from a thread of its own. run_dir: its files."""
    supervisor, place = Supervisor(run_dir / "supervisord.sock"), Place(run_dir)
    loop = asyncio.new_event_loop()

    async def rounds() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            calls = telephony_probes(ports, telephony_workers)
            patience = Watchdog(TELEPHONY_PATIENCE_S)
            await asyncio.gather(
                Rounds(supervisor, place, probes(ports, client), Watchdog(), on_killed).run(),
                Rounds(supervisor, place, calls, patience, on_killed, TELEPHONY_EVERY_S).run(),
                keep_one_waiting(supervisor),
            )

    task = loop.create_task(rounds())

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=run, name="watchdog")
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
