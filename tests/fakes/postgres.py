"""A PostgreSQL server of Debian's packages: started by the first test that needs it, ended after the last."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
START_S = 30.0


@cache
def postgres_url() -> str:
    """Return the address of a server that CALLBOT_TEST_POSTGRES_URL names, else of one of our own."""
    return os.environ.get("CALLBOT_TEST_POSTGRES_URL", "") or _start(_programs())


def _programs() -> Path:
    versions = sorted(PROGRAMS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise RuntimeError("PostgreSQL is not installed: run scripts/setup.sh --test")
    return versions[-1].parent


def start_for(address: str, network: str) -> str:
    """Start a server of our own at an address, for all machines of a network (CIDR); return its URL."""
    PostgresServer(_programs(), {"listen_addresses": address}, f"host all all {network} trust\n").start()
    return f"postgresql://postgres@{address}"


def own_server() -> PostgresServer:
    """Start a server that nobody else uses, to be broken."""
    server = PostgresServer(_programs())
    server.start()
    return server


def _start(programs: Path) -> str:
    server = PostgresServer(programs)
    server.start()
    return server.url


class PostgresServer:
    """A server that listens on a socket in a folder of its own, and on no port; made, not started yet.

    more: of its options. lets_in: lines of its `pg_hba.conf`. It ends with this process.
    """

    def __init__(self, programs: Path, more: Mapping[str, str] = {}, lets_in: str = "") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="callbot-pg-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._programs = programs
        # PostgreSQL refuses to run as root; it ends with the thread that started it, however that ends.
        user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            user = ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        self._as_user = ["setpriv", *user, "--pdeathsig=INT", "--"]
        initdb = [str(programs / "initdb"), "--no-sync", "--auth=trust", "--username=postgres"]
        subprocess.run(
            [*self._as_user, *initdb, "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata", self._data],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )
        with (self._folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(lets_in)
        # Tests crash processes, never the machine: nothing has to reach the disk.
        self._options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
        } | more
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start it, or again after its end, on a thread that lives as long; returns once it answers."""
        options = (f"--{name}={value}" for name, value in self._options.items())
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                [*self._as_user, str(self._programs / "postgres"), "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        atexit.register(_stop, self._process)
        probe = [*self._as_user, str(self._programs / "pg_isready"), "-q", "-h", str(self._folder)]
        _wait_until_ready(probe, self._process, self._folder)

    def pids(self) -> list[int]:
        """The server's and those of its processes, one for each connection."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def wait(self) -> None:
        """Until it has ended."""
        assert self._process is not None
        self._process.wait()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")


def _wait_until_ready(probe: list[str], server: subprocess.Popen[bytes], folder: Path) -> None:
    given_up_at = time.monotonic() + START_S
    while subprocess.run(probe, check=False, cwd=folder).returncode != 0:
        if server.poll() is not None or time.monotonic() > given_up_at:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # without waiting for its clients
    server.wait()
