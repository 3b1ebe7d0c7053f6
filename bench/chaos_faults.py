"""What goes wrong around a running callbot while people call it: one fault at a time, begun and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.chaos_databases import SQLITE_FILES
from bench.chaos_pids import Pids
from runtime import proc
from tests.fakes.postgres import PostgresServer

# Out of every tenth of a second, how long a slowed process may run.
SLOW_PERIOD_S, SLOW_RUNS_S = 0.1, 0.03
POSTGRES = "postgres"
# What is left on a full disk: less than a page of a database.
LEFT_BYTES = 2048


@dataclass(frozen=True)
class Fault:
    """kind: what happens. target: a process or a file. lasts_s: 0 for what is over at once."""

    kind: str
    target: str
    lasts_s: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


def all_faults(processes: tuple[str, ...], lasts_s: float, *, has_postgres: bool) -> list[Fault]:
    """Return every fault that can be made here. has_postgres: instead of files of SQLite."""
    faults = [Fault("kill", process) for process in processes]
    faults += [Fault(kind, process, lasts_s) for kind in ("stop", "slow") for process in processes]
    if has_postgres:
        faults += [Fault("stop", POSTGRES, lasts_s), Fault("kill", POSTGRES), Fault("cut", POSTGRES)]
    else:
        faults += [Fault("lock", database, lasts_s) for database in SQLITE_FILES]
    return [*faults, Fault("fill", "disk", lasts_s)]


class Saboteur:
    """Makes faults at one callbot. var_dir: its own; on its own file system if the disk is to be full.

    postgres: the server that holds its databases, if that is to be broken.
    """

    def __init__(self, var_dir: Path, postgres: PostgresServer | None = None) -> None:
        self._var_dir = var_dir
        self._processes = Pids(var_dir / "run")
        self._postgres = postgres

    async def commit(self, fault: Fault) -> None:
        """Begin a fault, let it last, end it."""
        if fault.kind == "kill":
            await self._kill(fault.target)
            return
        if fault.kind == "cut":
            await asyncio.to_thread(self._cut)
            return
        ways: dict[str, Callable[[str], contextlib.AbstractAsyncContextManager[None]]] = {
            "stop": self._stopped,
            "slow": self._slow,
            "lock": self._locked,
            "fill": self._full,
        }
        async with ways[fault.kind](fault.target):
            await asyncio.sleep(fault.lasts_s)

    async def _kill(self, target: str) -> None:
        pids = await self._pids(target)
        # What a server's other processes do when the first one is gone is for the callbot to see to.
        _send_all(pids if target == POSTGRES else pids[:1], signal.SIGKILL)
        if target == POSTGRES and self._postgres is not None:
            await asyncio.to_thread(self._postgres.wait)
            # Here, and not on a thread that would end before it.
            self._postgres.start()

    def _cut(self) -> None:
        """End every connection, as a server that is restarted or a firewall does."""
        assert self._postgres is not None
        with contextlib.closing(psycopg.connect(self._postgres.url.replace("+psycopg", ""))) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where backend_type = 'client backend' and pid <> pg_backend_pid()"
            )

    async def _pids(self, target: str) -> list[int]:
        """The numbers of its processes, the first one's first; none when it does not run."""
        if target == POSTGRES and self._postgres is not None:
            return self._postgres.pids()
        pid = await asyncio.to_thread(self._processes.of, target)
        return [pid, *proc.children(pid)] if pid else []

    @asynccontextmanager
    async def _stopped(self, process: str) -> AsyncIterator[None]:
        pids = await self._pids(process)
        _send_all(pids, signal.SIGSTOP)
        try:
            yield
        finally:
            _send_all(pids, signal.SIGCONT)

    @asynccontextmanager
    async def _slow(self, process: str) -> AsyncIterator[None]:
        pids = await self._pids(process)
        slowing = asyncio.create_task(_slow_down(pids))
        try:
            yield
        finally:
            slowing.cancel()
            await asyncio.gather(slowing, return_exceptions=True)
            _send_all(pids, signal.SIGCONT)

    @asynccontextmanager
    async def _locked(self, name: str) -> AsyncIterator[None]:
        """Hold the lock that every writer needs."""
        connection = sqlite3.connect(
            self._var_dir / name, timeout=10, isolation_level=None, check_same_thread=False
        )
        try:
            await asyncio.to_thread(connection.execute, "begin immediate")
            yield
        finally:
            connection.rollback()
            connection.close()

    @asynccontextmanager
    async def _full(self, _disk: str) -> AsyncIterator[None]:
        filler = self._var_dir / "filler"
        try:
            _fill(filler)
            yield
        finally:
            filler.unlink()


def _fill(filler: Path) -> None:
    """Take all the space there is but LEFT_BYTES. Others take some meanwhile: then it is tried again."""
    with filler.open("wb") as file:
        for _ in range(100):
            state = os.statvfs(filler.parent)
            with contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - LEFT_BYTES)
                return
    raise RuntimeError("the disk could not be filled")


def _send_all(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


async def _slow_down(pids: Sequence[int]) -> None:
    while True:
        _send_all(pids, signal.SIGSTOP)
        await asyncio.sleep(SLOW_PERIOD_S - SLOW_RUNS_S)
        _send_all(pids, signal.SIGCONT)
        await asyncio.sleep(SLOW_RUNS_S)
