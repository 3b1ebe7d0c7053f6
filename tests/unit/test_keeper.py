"""A keeper and what it keeps: real processes, killed and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime import oom
from runtime.keeper import OFFERED_POINTS, serving
from runtime.proc import started_s

KEEPS = """
import signal, time
from runtime import keeper

def told(number, _frame):
    print("told to stop", flush=True)

def fail(number, _frame):
    raise SystemExit(3)

def serve():
    if {on_stop}:
        signal.signal(signal.SIGTERM, {on_stop})
    print("serving", flush=True)
    end_s = time.monotonic() + {serves_s}
    while time.monotonic() < end_s:
        time.sleep(0.05)

keeper.SOON_S = {soon_s}
keeper.keep(serve)
print("ended", flush=True)
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    started = []

    def start(serves_s: float = 60, soon_s: float = 0, on_stop: str = "None") -> subprocess.Popen[str]:
        code = KEEPS.format(serves_s=serves_s, soon_s=soon_s, on_stop=on_stop)
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    deadline_s = time.monotonic() + 10
    while is_there(pid) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert not is_there(pid)


def test_one_that_is_killed_has_a_successor_of_the_same_keeper(start: Start) -> None:
    keeper = start()
    assert line(keeper) == "serving"
    first = serving(keeper.pid)
    assert first not in (0, keeper.pid)
    os.kill(first, signal.SIGKILL)
    assert line(keeper) == "serving"
    assert serving(keeper.pid) not in (0, keeper.pid, first)
    assert keeper.poll() is None


def test_short_of_memory_the_kernel_ends_the_one_that_serves_and_not_its_keeper(start: Start) -> None:
    keeper = start()
    line(keeper)
    scores = [
        int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in (keeper.pid, serving(keeper.pid))
    ]
    assert scores[1] == min(oom.MAX_SCORE, scores[0] + OFFERED_POINTS)


def test_what_is_kept_dies_with_its_keeper(start: Start) -> None:
    keeper = start()
    line(keeper)
    kept = serving(keeper.pid)
    keeper.kill()
    keeper.wait(10)
    wait_until_gone(kept)
    assert serving(keeper.pid) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_both_end(start: Start, number: signal.Signals) -> None:
    keeper = start()
    line(keeper)
    kept = serving(keeper.pid)
    keeper.send_signal(number)
    assert line(keeper) == "ended"
    assert keeper.wait(10) == 0
    wait_until_gone(kept)


def test_a_signal_to_the_whole_group_reaches_the_one_that_serves_once(start: Start) -> None:
    keeper = start(serves_s=2, on_stop="told")
    line(keeper)
    os.killpg(keeper.pid, signal.SIGTERM)
    assert [line(keeper), line(keeper)] == ["told to stop", "ended"]
    assert keeper.wait(10) == 0


def test_one_that_fails_while_it_stops_has_failed(start: Start) -> None:
    keeper = start(on_stop="fail")
    line(keeper)
    keeper.terminate()
    assert keeper.wait(10) == 1
    assert line(keeper) == ""


def test_it_is_told_when_the_one_that_serves_was_started(start: Start) -> None:
    before_s = time.time()
    keeper = start()
    line(keeper)
    assert before_s - 1 <= started_s(serving(keeper.pid)) <= time.time() + 1
    keeper.kill()
    keeper.wait(10)
    assert started_s(keeper.pid) == 0


def test_one_that_ends_at_once_is_loaded_anew_by_whoever_started_the_keeper(start: Start) -> None:
    keeper = start(serves_s=0, soon_s=30)
    assert line(keeper) == "serving"
    assert keeper.wait(10) == 1


def test_a_process_without_a_keeper_serves_itself() -> None:
    assert serving(os.getpid()) == os.getpid()
