"""Which of two bots serves; with real processes, since the kernel decides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.supervise.place import Place

HOLD = """
import sys
from pathlib import Path
from bot.supervise.place import Place
place = Place(Path(sys.argv[1]))
print(place.take(), flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(run_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the place."""
    command = (sys.executable, "-c", HOLD, str(run_dir))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_place_is_free_in_the_moment_in_which_its_holder_is_killed(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with holder(tmp_path) as process:
        assert not place.take()
        assert place.holder() == process.pid
        process.kill()
        process.wait()
    assert place.take()
    assert place.holder() == os.getpid()
    place.leave()


def test_who_holds_the_place_can_leave_it(tmp_path: Path) -> None:
    old, new = Place(tmp_path), Place(tmp_path)
    assert old.take()
    assert old.take()
    assert not new.take()
    old.leave()
    assert new.take()
    new.leave()


def test_one_is_called_to_serve_beside_the_holder(tmp_path: Path) -> None:
    outside, waiting = Place(tmp_path), Place(tmp_path)
    assert not waiting.is_called()
    outside.call()
    assert waiting.is_called()
    assert not waiting.is_called()


def test_a_call_is_void_once_somebody_took_the_place(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.call()
    assert place.take()
    assert not place.is_called()
    place.leave()


def test_who_waits_is_known_while_it_waits(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert (place.waiter(), place.holder()) == (0, 0)
    with place.waiting():
        assert place.waiter() == os.getpid()
    assert place.waiter() == 0
