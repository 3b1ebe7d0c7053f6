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
from runtime.keeper import OFFERED_POINTS
from runtime.kept import keeps, serving, started_s

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
# What starts keepers anew whenever they have died, and inherits what they leave, as supervisord does.
STARTS_AGAIN = """
import ctypes, os, subprocess, sys
def start(number):
    command = [sys.executable, "-c", sys.argv[1]]
    return subprocess.Popen(command, env={{**os.environ, "NUMBER": str(number)}}, process_group=0)
ctypes.CDLL(None).prctl(36, 1)
keepers = [start(number) for number in range({n_keepers})]
while True:
    pid, _ = os.wait()
    keepers = [start(number) if keeper.pid == pid else keeper for number, keeper in enumerate(keepers)]
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    started = []

    def start(  # n_keepers: under one that starts them again; 0 for one by itself
        serves_s: float = 60, soon_s: float = 0, on_stop: str = "None", n_keepers: int = 0
    ) -> subprocess.Popen[str]:
        code = KEEPS.format(serves_s=serves_s, soon_s=soon_s, on_stop=on_stop)
        above = [STARTS_AGAIN.format(n_keepers=n_keepers)] if n_keepers else []
        process = subprocess.Popen(
            [sys.executable, "-c", *above, code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        # One that starts keepers again must not do so now.
        process.send_signal(signal.SIGSTOP)
        for child in children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.communicate(timeout=10)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def keeper_of(starter: subprocess.Popen[str], *but: int) -> int:
    """The number of the keeper that a STARTS_AGAIN has started, once that is ready; none of `but`."""
    deadline_s = time.monotonic() + 10
    while time.monotonic() < deadline_s:
        for child in children(starter.pid):
            if child not in but and keeps(child):
                return child
        time.sleep(0.01)
    raise AssertionError("no keeper")


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


def test_what_is_kept_dies_with_its_keeper_where_nobody_would_inherit_it(start: Start) -> None:
    keeper = start()
    line(keeper)
    kept = serving(keeper.pid)
    keeper.kill()
    keeper.wait(10)
    wait_until_gone(kept)
    assert serving(keeper.pid) == 0


def test_what_is_kept_outlives_its_keeper_and_is_found_by_the_next(start: Start) -> None:
    starter = start(n_keepers=1)
    assert line(starter) == "serving"
    first = keeper_of(starter)
    kept = serving(first)
    os.kill(first, signal.SIGKILL)
    second = keeper_of(starter, first)
    os.kill(second, signal.SIGKILL)
    third = keeper_of(starter, first, second)
    assert serving(third) == kept
    os.kill(kept, signal.SIGKILL)
    assert line(starter) == "serving"
    assert serving(third) not in (0, third, kept)


def test_what_another_keeper_has_left_is_told_to_stop_too(start: Start) -> None:
    starter = start(n_keepers=1)
    line(starter)
    first = keeper_of(starter)
    kept = serving(first)
    os.kill(first, signal.SIGKILL)
    os.kill(keeper_of(starter, first), signal.SIGTERM)
    assert line(starter) == "ended"
    wait_until_gone(kept)


def test_what_is_left_dies_with_what_would_start_the_next_keeper(start: Start) -> None:
    starter = start(n_keepers=1)
    line(starter)
    first = keeper_of(starter)
    kept = serving(first)
    os.kill(first, signal.SIGKILL)
    second = keeper_of(starter, first)
    starter.kill()
    wait_until_gone(kept)
    os.kill(second, signal.SIGKILL)


def test_each_keeper_finds_what_its_own_predecessor_has_left(start: Start) -> None:
    starter = start(n_keepers=2)
    assert [line(starter), line(starter)] == ["serving", "serving"]
    first = keeper_of(starter)
    other = keeper_of(starter, first)
    kept, others = serving(first), serving(other)
    os.kill(first, signal.SIGKILL)
    os.kill(other, signal.SIGKILL)
    third = keeper_of(starter, first, other)
    fourth = keeper_of(starter, first, other, third)
    found = {number(keeper): serving(keeper) for keeper in (third, fourth)}
    assert found == {number(kept): kept, number(others): others}


def number(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes().partition(b"NUMBER=")[2][:1]


def test_who_kills_the_group_of_a_keeper_that_does_not_stop_kills_both(start: Start) -> None:
    starter = start(on_stop="told", n_keepers=1)
    line(starter)
    keeper = keeper_of(starter)
    kept = serving(keeper)
    os.kill(keeper, signal.SIGTERM)
    assert line(starter) == "told to stop"
    os.killpg(keeper, signal.SIGKILL)
    wait_until_gone(kept)


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
