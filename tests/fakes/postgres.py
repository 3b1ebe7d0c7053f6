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
    _start(_programs(), {"listen_addresses": address}, f"host all all {network} trust\n")
    return f"postgresql://postgres@{address}"


def _start(programs: Path, more: Mapping[str, str] = {}, lets_in: str = "") -> str:
    """Start a server that listens on a socket in a folder of its own, and on no port.

    more: of its options. lets_in: lines of its `pg_hba.conf`.
    """
    folder = Path(tempfile.mkdtemp(prefix="callbot-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # PostgreSQL refuses to run as root; it ends with the thread that started it, however that ends.
    user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        user = ["--reuid=postgres", "--regid=postgres", "--init-groups"]
    as_user = ["setpriv", *user, "--pdeathsig=INT", "--"]
    data = str(folder / "data")
    initdb = [str(programs / "initdb"), "--no-sync", "--auth=trust", "--username=postgres"]
    subprocess.run(
        [*as_user, *initdb, "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata", data],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write(lets_in)
    # Tests crash processes, never the machine: nothing has to reach the disk.
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off"} | more
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*as_user, str(programs / "postgres"), "-D", data, *(f"--{k}={v}" for k, v in options.items())],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    atexit.register(_stop, server)
    _wait_until_ready([*as_user, str(programs / "pg_isready"), "-q", "-h", str(folder)], server, folder)
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"


def _wait_until_ready(probe: list[str], server: subprocess.Popen[bytes], folder: Path) -> None:
    given_up_at = time.monotonic() + START_S
    while subprocess.run(probe, check=False, cwd=folder).returncode != 0:
        if server.poll() is not None or time.monotonic() > given_up_at:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # without waiting for its clients
    server.wait()
