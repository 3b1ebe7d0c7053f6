"""What a recording holds of both sides, with explicit times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.call.tape import Tape

MS = 16


def samples(value: int, n_ms: int) -> bytes:
    return np.full(n_ms * MS, value, dtype="<i2").tobytes()


def sides(taken: bytes) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    both = np.frombuffer(taken, dtype="<i2").reshape(-1, 2)
    return both[:, 0], both[:, 1]


def test_what_is_queued_is_played_from_then_on_and_in_order() -> None:
    tape = Tape()
    tape.caller_said(samples(7, 100))
    tape.bot_queued(samples(1, 20), 30)
    tape.bot_queued(samples(2, 20), 31)

    caller, bot = sides(tape.finish(100))

    assert set(caller) == {7}
    assert len(caller) == len(bot) == 100 * MS
    assert set(bot[: 30 * MS]) == {0}
    assert set(bot[30 * MS : 50 * MS]) == {1}
    assert set(bot[50 * MS : 70 * MS]) == {2}
    assert set(bot[70 * MS :]) == {0}


def test_what_was_dropped_before_it_was_played_is_not_recorded() -> None:
    tape = Tape()
    tape.bot_queued(samples(1, 100), 0)
    tape.bot_cleared(40)
    tape.bot_queued(samples(2, 10), 60)

    _, bot = sides(tape.finish(100))

    assert set(bot[: 40 * MS]) == {1}
    assert set(bot[40 * MS : 60 * MS]) == {0}
    assert set(bot[60 * MS : 70 * MS]) == {2}


def test_what_is_still_queued_at_the_end_was_not_heard() -> None:
    tape = Tape()
    tape.bot_queued(samples(1, 100), 0)

    _, bot = sides(tape.finish(50))

    assert len(bot) == 50 * MS


def test_lowered_speech_is_recorded_as_it_was_heard() -> None:
    tape = Tape()
    tape.bot_queued(samples(1000, 30), 0)
    tape.bot_turned_to(25, 10)
    tape.bot_turned_to(100, 20)

    _, bot = sides(tape.finish(30))

    assert [int(bot[at * MS + 8]) for at in (5, 15, 25)] == [1000, 250, 1000]


def test_only_what_is_certain_is_taken_and_nothing_twice() -> None:
    tape = Tape()
    tape.caller_said(samples(7, 30))
    tape.bot_queued(samples(1, 60), 0)

    first = tape.take(40)
    tape.caller_said(samples(8, 30))
    tape.bot_cleared(45)
    caller, bot = sides(first + tape.finish(60))

    assert len(first) == 30 * MS * 4
    assert set(caller[: 30 * MS]) == {7}
    assert set(caller[30 * MS :]) == {8}
    assert set(bot[: 45 * MS]) == {1}
    assert set(bot[45 * MS :]) == {0}


def test_a_side_that_is_not_received_is_silence() -> None:
    tape = Tape()
    tape.bot_queued(samples(1, 20), 0)

    caller, bot = sides(tape.finish(20))

    assert set(caller) == {0}
    assert set(bot) == {1}
