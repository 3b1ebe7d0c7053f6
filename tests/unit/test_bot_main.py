"""When a bot process serves, and how it makes itself ready meanwhile."""

from __future__ import annotations

import math
import time
from pathlib import Path

from bot.main import POLL_S, Need, Unhurried
from bot.supervise.place import Place


def work(seconds: float) -> None:
    until_s = time.process_time() + seconds
    while time.process_time() < until_s:
        pass


def test_who_finds_the_place_free_does_not_wait(tmp_path: Path) -> None:
    place = Place(tmp_path)
    Need(place).wait()
    assert place.take()
    place.leave()


def test_who_is_called_does_not_wait_again(tmp_path: Path) -> None:
    holder, place = Place(tmp_path), Place(tmp_path)
    assert holder.take()
    holder.call()
    need = Need(place)
    need.wait()
    need.wait()
    assert not place.take()
    holder.leave()


class Noting(Need):
    """Notes how long it was to be waited for, and does not wait."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.asked_s: list[float] = []

    def wait(self, within_s: float = math.inf) -> None:
        self.asked_s.append(within_s)


def test_whoever_waits_rests_as_long_as_it_worked(tmp_path: Path) -> None:
    need = Noting(Place(tmp_path))
    unhurried = Unhurried(need)
    work(2 * POLL_S)
    assert unhurried.find_spec("anything", None) is None
    (asked_s,) = need.asked_s
    assert 2 * POLL_S <= asked_s <= time.process_time()
    unhurried.find_spec("something else", None)
    assert len(need.asked_s) == 1
