"""A server of two processes whose first one is killed, and which is started again: a real port is free."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import proc
from tests.fakes.ports import free_port

# Binds a port, forks, and serves in both.
SERVER = """
import os, socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    os.fork()
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(60)
"""
# Starts it again whenever its first process has ended, and inherits what that leaves, as supervisord does.
STARTS_AGAIN = """
import ctypes, subprocess, sys
ctypes.CDLL(None).prctl(36, 1)
while subprocess.run(sys.argv[1:]).returncode < 0:
    pass
"""
ALONE = (sys.executable, "-m", "runtime.alone")


@pytest.fixture
def starter() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", STARTS_AGAIN, *ALONE, sys.executable, "-c", SERVER, str(free_port())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process
    process.send_signal(signal.SIGSTOP)
    for pid in proc.children(process.pid):
        for child in (*proc.children(pid), pid):
            os.kill(child, signal.SIGKILL)
    process.kill()
    process.communicate(timeout=10)


def pids(starter: subprocess.Popen[str]) -> set[int]:
    """The numbers of both processes of the server, once they are there."""
    assert starter.stdout is not None
    return {int(starter.stdout.readline()) for _ in range(2)}


def test_what_a_killed_process_has_left_makes_room_for_its_successor(
    starter: subprocess.Popen[str],
) -> None:
    first = pids(starter)
    (leader,) = proc.children(starter.pid)
    assert leader in first
    os.kill(leader, signal.SIGKILL)
    second = pids(starter)
    assert not first & second
    assert all(map(_is_dead, first))


def _is_dead(pid: int) -> bool:
    """Whether it has ended, be it that nobody has waited for it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
