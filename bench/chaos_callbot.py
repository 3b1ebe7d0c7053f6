"""The callbot that is broken: two telephony workers behind the SIP front, and who answers when it fails."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.calls_switchboard import Switchboard, free_ports, own_switchboard
from bench.chaos_databases import Databases, postgres_databases, sqlite_databases
from bot.supervise.processes import BALANCER, FRONT, member, telephony
from tests.fakes.postgres import PostgresServer, own_server
from tests.fakes.redis import redis_server

WORKERS = 2
DISK_BYTES = 600 * 1024 * 1024


@dataclass(frozen=True)
class Callbot:
    """postgres: what holds its databases, None for files of SQLite."""

    switchboard: Switchboard
    databases: Databases
    postgres: PostgresServer | None


def processes(n_rasas: int) -> tuple[str, ...]:
    """All that can be broken."""
    rasas = (member("rasa", number) for number in range(n_rasas))
    balancers = (BALANCER,) if n_rasas > 1 else ()
    own = ("bot", "actions", "backend", "outbox")
    return (FRONT, *balancers, *own, *map(telephony, range(WORKERS)), *rasas)


@contextmanager
def own_callbot(n_rasas: int, *, has_postgres: bool) -> Iterator[Callbot]:
    """Start one with a disk of its own, where that is possible; several Rasas get a Redis."""
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory())
        var_dir = stack.enter_context(own_disk()) if os.geteuid() == 0 else Path(made)
        (port,) = free_ports(1)
        stack.enter_context(person(port))
        postgres = own_server() if has_postgres else None
        databases = postgres_databases(postgres) if postgres else sqlite_databases(var_dir)
        environment = {"CALLBOT_FALLBACK_TARGET": f"sip:standard@127.0.0.1:{port}", **databases.environment}
        if n_rasas > 1:
            environment["CALLBOT_REDIS_URL"] = stack.enter_context(redis_server())
        switchboard = stack.enter_context(
            own_switchboard(WORKERS, has_front=True, folder=var_dir, settings=environment, rasas=n_rasas)
        )
        yield Callbot(switchboard, databases, postgres)


@contextmanager
def own_disk() -> Iterator[Path]:
    """A folder on a small file system of its own, in memory, so that it can be filled."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def person(port: int) -> Iterator[None]:
    """Somebody at the fallback line who answers every call."""
    process = subprocess.Popen(
        ["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-nostdin"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
