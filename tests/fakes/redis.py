"""A Redis server of Debian's package, on a socket in a folder of its own; it ends with its block."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 20.0


@contextmanager
def redis_server(host: str = "", port: int = 0) -> Iterator[str]:
    """Give the address of an empty server. host, port: where it listens besides, nowhere by default."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("Redis is not installed: run scripts/setup.sh --test")
    with tempfile.TemporaryDirectory(prefix="callbot-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        where = ("--bind", host, "--protected-mode", "no") if host else ()
        server = subprocess.Popen(
            [
                program,
                "--port",
                str(port),
                *where,
                "--unixsocket",
                str(socket),
                "--save",
                "",
                "--dir",
                folder,
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(socket, server)
            yield f"redis://{host}:{port}/0" if host else f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    end_s = time.monotonic() + START_S
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > end_s:
            raise RuntimeError("Redis did not start")
        time.sleep(0.02)
