"""A real supervisord and real processes, one of which stops to answer."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.supervise.control import ControlError, Supervisor
from bot.supervise.kamailio import FrontSettings, front_process
from bot.supervise.place import Place
from bot.supervise.processes import BOT, FRONT, OTHER_BOT, Ports, Process
from bot.supervise.rounds import (
    TELEPHONY_EVERY_S,
    Probe,
    Rounds,
    keep_one_waiting,
    probes,
    telephony_probes,
)
from bot.supervise.supervisord import write_config
from bot.supervise.up import begin_supervisord
from bot.supervise.watchdog import TELEPHONY_PATIENCE_S, Watchdog
from runtime import proc
from tests.fakes.ports import free_ports

ROOT = Path(__file__).parents[2]
WITHIN_S = 30
# Not HTTPServer: it asks the name service for a name first.
SERVER = """
import sys
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
TCPServer.allow_reuse_address = True
TCPServer(("127.0.0.1", int(sys.argv[1])), BaseHTTPRequestHandler).serve_forever()
"""
# Of SIP it knows that a request is answered.
SIP_SERVER = """
import sys
from socketserver import BaseRequestHandler, UDPServer
class Answer(BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(b"SIP/2.0 200 OK\\r\\n\\r\\n", self.client_address)
UDPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


# A bot that has been replaced ends like this.
DONE = "import time; time.sleep(3)"


@asynccontextmanager
async def supervised(
    folder: Path, *servers: tuple[str, str, int], starts: bool = True
) -> AsyncIterator[Supervisor]:
    """servers: name, program and port of each. starts: at once, and again unless they end with status 0."""
    processes = []
    for name, program, port in servers:
        script = folder / f"{name}.py"
        script.write_text(program)
        command = (sys.executable, str(script), str(port))
        processes.append(Process(name, command, hands_over=not starts, starts=starts))
    async with supervised_processes(folder, *processes) as supervisor:
        yield supervisor


@asynccontextmanager
async def supervised_processes(folder: Path, *processes: Process) -> AsyncIterator[Supervisor]:
    config = folder / "supervisord.conf"
    write_config(config, processes, ROOT, folder)
    program = str(Path(sys.executable).with_name("supervisord"))
    supervisord = await asyncio.create_subprocess_exec(
        program, "-c", str(config), stdout=DEVNULL, preexec_fn=begin_supervisord
    )
    try:
        yield Supervisor(config.with_suffix(".sock"))
    finally:
        supervisord.terminate()
        await supervisord.wait()


async def running(supervisor: Supervisor, count: int) -> dict[str, int]:
    """Wait until all processes run."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                states = await asyncio.to_thread(supervisor.processes)
                pids = {name: state.pid for name, state in states.items() if state.runs}
            except ControlError:
                pids = {}
            if len(pids) == count:
                return pids
            await asyncio.sleep(0.1)


def noting(probe: Probe, has_answered: asyncio.Event) -> Probe:
    async def answers() -> bool:
        if not await probe():
            return False
        has_answered.set()
        return True

    return answers


async def test_a_process_that_hangs_is_replaced_and_the_others_go_on(tmp_path: Path) -> None:
    ports = Ports(**dict(zip(("actions", "backend"), free_ports(2), strict=True)))
    killed: asyncio.Queue[str] = asyncio.Queue()
    servers = (("actions", SERVER, ports.actions), ("backend", SERVER, ports.backend))
    async with supervised(tmp_path, *servers) as supervisor, httpx.AsyncClient() as client:
        before = await running(supervisor, 2)
        has_answered = asyncio.Event()
        found = probes(ports, client)
        found["backend"] = noting(found["backend"], has_answered)
        rounds = Rounds(supervisor, Place(tmp_path), found, Watchdog(patience_s=2), killed.put_nowait)
        going = asyncio.create_task(rounds.run())
        async with asyncio.timeout(WITHIN_S):
            await has_answered.wait()
            os.kill(before["backend"], signal.SIGSTOP)
            assert await killed.get() == "backend"
            has_answered.clear()
            await has_answered.wait()
        after = await running(supervisor, 2)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
    assert after["backend"] != before["backend"]
    assert after["actions"] == before["actions"]
    assert killed.empty()


async def test_a_telephony_worker_that_hangs_is_replaced(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    killed: asyncio.Queue[str] = asyncio.Queue()
    async with supervised(tmp_path, ("telephony0", SIP_SERVER, port)) as supervisor:
        before = await running(supervisor, 1)
        has_answered = asyncio.Event()
        found = telephony_probes(Ports(sip=port), 1)
        found["telephony0"] = noting(found["telephony0"], has_answered)
        watchdog = Watchdog(TELEPHONY_PATIENCE_S)
        going = asyncio.create_task(
            Rounds(supervisor, Place(tmp_path), found, watchdog, killed.put_nowait, TELEPHONY_EVERY_S).run()
        )
        async with asyncio.timeout(WITHIN_S):
            await has_answered.wait()
            os.kill(before["telephony0"], signal.SIGSTOP)
            assert await killed.get() == "telephony0"
            has_answered.clear()
            await has_answered.wait()
        assert await running(supervisor, 1) != before
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def test_a_front_that_hangs_is_replaced_with_all_its_processes(tmp_path: Path) -> None:
    ports = Ports(**dict(zip(("actions", "backend", "front"), free_ports(3), strict=True)))
    killed: asyncio.Queue[str] = asyncio.Queue()
    # Without a worker it says that it takes no calls, which is an answer.
    front = front_process(ROOT, tmp_path, FrontSettings("127.0.0.1", ports.front, ["127.0.0.1:9"]))
    async with supervised_processes(tmp_path, front) as supervisor, httpx.AsyncClient() as client:
        before = (await running(supervisor, 1))[FRONT]
        has_answered = asyncio.Event()
        found = {FRONT: noting(probes(ports, client)[FRONT], has_answered)}
        going = asyncio.create_task(
            Rounds(supervisor, Place(tmp_path), found, Watchdog(patience_s=2), killed.put_nowait).run()
        )
        async with asyncio.timeout(WITHIN_S):
            await has_answered.wait()
            hanging = [before, *proc.children(before)]
            assert len(hanging) > 2
            for pid in hanging:
                os.kill(pid, signal.SIGSTOP)
            assert await killed.get() == FRONT
            has_answered.clear()
            await has_answered.wait()
        assert (await running(supervisor, 1))[FRONT] != before
        assert not any(map(proc.started_s, hanging))
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def test_beside_the_bot_one_is_kept_waiting_but_not_if_somebody_stopped_it(tmp_path: Path) -> None:
    ports = free_ports(2)
    servers = ((BOT, SERVER, ports[0]), (OTHER_BOT, DONE, ports[1]))
    async with supervised(tmp_path, *servers, starts=False) as supervisor:
        await running(supervisor, 0)
        keeping = asyncio.create_task(keep_one_waiting(supervisor))
        first = await running(supervisor, 2)
        async with asyncio.timeout(WITHIN_S):
            while (await running(supervisor, 2))[OTHER_BOT] == first[OTHER_BOT]:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.1)
        await asyncio.to_thread(supervisor.stop, BOT)
        assert not supervisor.is_free(BOT)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
