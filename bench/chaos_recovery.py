"""How long until what was broken is back, and until who comes anew is served as if nothing had happened."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
from websockets.exceptions import WebSocketException

from bench.calls_switchboard import Switchboard
from bench.chaos_pids import Pids
from bench.chat_visitor import Chat
from bot.chat.wording import load_chat_wording
from bot.health import sip_options
from bot.settings import Settings
from bot.supervise.control import ControlError, Supervisor
from bot.supervise.processes import read_ports
from bot.supervise.rounds import Probe, probes, telephony_probes

GIVEN_UP_S = 180.0
POLL_S = 0.2
SENTENCE = "il y a un trou dans la chaussée"
ANSWERED_WITHIN_S = 5.0
# Of several processes of a kind the next conversation may meet another one.
IN_A_ROW = 3


@dataclass(frozen=True)
class Recovery:
    """Seconds from the end of a fault. process_s: until its process answers again, None where it has none.

    service_s: until calls were taken and IN_A_ROW fresh chats answered; to the answer of the first of them.
    """

    process_s: float | None
    service_s: float


class Convalescence:
    """Watches one callbot recover. n_workers: of telephony."""

    def __init__(self, switchboard: Switchboard, n_workers: int) -> None:
        run_dir = switchboard.var_dir / "run"
        self._switchboard = switchboard
        self._supervisor = Supervisor(run_dir / "supervisord.sock")
        self._pids = Pids(run_dir)
        self._client = httpx.AsyncClient(trust_env=False)
        ports = read_ports(run_dir)
        self._probes = probes(ports, self._client) | telephony_probes(ports, n_workers)
        self._numbers = itertools.count(1)
        wording = load_chat_wording(Settings().city_dir)
        self._apologies = wording.sentences.failed, wording.sentences.failed_again.partition("{")[0]

    async def pid(self, process: str) -> int:
        """The process's number, 0 while it does not run, or there is no such process."""
        return await asyncio.to_thread(self._pids.of, process)

    async def watch(self, target: str, killed_pid: int, since_s: float) -> Recovery:
        """target: a process, or a file. killed_pid: of the process if it was killed, else 0."""
        process = self._process_is_back(target, killed_pid) if await self._is_process(target) else None
        service = asyncio.create_task(self._first(self._is_served, since_s, IN_A_ROW))
        process_s = await self._first(process, since_s) if process else None
        return Recovery(process_s, await service)

    async def _is_process(self, target: str) -> bool:
        try:
            return target in await asyncio.to_thread(self._supervisor.processes)
        except ControlError:
            return False

    def _process_is_back(self, process: str, killed_pid: int) -> Probe:
        # The outbox has no port.
        answers = self._probes.get(process)

        async def is_back() -> bool:
            pid = await self.pid(process)
            return bool(pid) and pid != killed_pid and (answers is None or await answers())

        return is_back

    async def _first(self, is_so: Callable[[], Awaitable[bool]], since_s: float, in_a_row: int = 1) -> float:
        """Seconds until it became so, and stayed so for as many looks; GIVEN_UP_S if it never did."""
        became_s, n_times = 0.0, 0
        while n_times < in_a_row and time.monotonic() - since_s < GIVEN_UP_S:
            if await is_so():
                became_s = became_s if n_times else time.monotonic() - since_s
                n_times += 1
            else:
                n_times = 0
                await asyncio.sleep(POLL_S)
        return became_s if n_times == in_a_row else GIVEN_UP_S

    async def _is_served(self) -> bool:
        takes_calls = await sip_options("127.0.0.1", self._switchboard.front_port) == "ok"
        return takes_calls and await self._is_answered()

    async def _is_answered(self) -> bool:
        chat = Chat(self._switchboard.public_url, next(self._numbers))
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                await chat.open()
                await chat.say(SENTENCE)
        except (OSError, TimeoutError, WebSocketException):
            return False
        finally:
            await chat.close()
        return not chat.answer.startswith(self._apologies)
