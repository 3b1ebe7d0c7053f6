"""A bot that is late, in virtual time: when it counts as late and as gone, and who hears a word meanwhile."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from telephony.pulse import Pulse
from telephony.stopgap import Stopgap
from wire.media import FRAME_MS, FRAME_SAMPLES, SILENT_FRAME

SPEECH = array("h", [1000, -1000] * (FRAME_SAMPLES // 2)).tobytes()
NOISE = array("h", [100, -100] * (FRAME_SAMPLES // 2)).tobytes()
LOOK_MS = 100
WORD_MS = 1200
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Timeline:
    """One call; spans are from and to, in milliseconds since the answer.

    frozen: when a ping that was sent at the start of the span stays unanswered until its end.
    """

    frozen: Spans = ()
    bot: Spans = ()
    caller: Spans = ()
    keys_ms: Sequence[int] = ()
    silence: bytes = SILENT_FRAME

    def words_ms(self, until_ms: int) -> list[int]:
        """When the word is said."""
        pulse, stopgap = Pulse(), Stopgap()
        words: list[int] = []
        for now_ms in range(0, until_ms, FRAME_MS):
            if now_ms % LOOK_MS == 0:
                pulse.look(not _is_in(self.frozen, now_ms - 1))
            is_playing = _is_in(self.bot, now_ms) or any(now_ms < said_ms + WORD_MS for said_ms in words)
            if now_ms in self.keys_ms:
                stopgap.press()
            pcm = SPEECH if _is_in(self.caller, now_ms) else self.silence
            if stopgap.hear(pcm, is_playing=is_playing, is_late=pulse.is_late):
                words.append(now_ms)
        return words


def _is_in(spans: Spans, now_ms: int) -> bool:
    return any(begins <= now_ms < ends for begins, ends in spans)


def test_a_bot_is_late_after_a_second_and_gone_after_two_and_a_half() -> None:
    pulse = Pulse()
    states = []
    for _ in range(26):
        states.append((pulse.is_late, pulse.is_gone))
        pulse.look(False)
    assert states == [(False, False)] * 10 + [(True, False)] * 15 + [(True, True)]


def test_a_pong_that_is_late_makes_all_well() -> None:
    pulse = Pulse()
    for _ in range(24):
        pulse.look(False)
    pulse.look(True)
    assert (pulse.is_late, pulse.is_gone) == (False, False)
    for _ in range(9):
        pulse.look(False)
    assert not pulse.is_late


GREETING = [(0, 1000)]


@pytest.mark.parametrize("silence", [SILENT_FRAME, NOISE])
def test_who_has_spoken_hears_a_word_once_the_bot_is_late(silence: bytes) -> None:
    line = Timeline(bot=GREETING, caller=[(2000, 3000)], frozen=[(3000, 9000)], silence=silence)
    assert line.words_ms(9000) == [4000]


def test_who_is_still_speaking_hears_it_behind_the_end_of_the_turn() -> None:
    """Pauses between words are no end."""
    caller = [(2000, 3000), (3400, 4400), (4800, 5400)]
    assert Timeline(bot=GREETING, caller=caller, frozen=[(2500, 9000)]).words_ms(9000) == [5980]


def test_a_yes_is_enough_and_a_click_is_not() -> None:
    assert Timeline(bot=GREETING, caller=[(2000, 2200)], frozen=[(2200, 5000)]).words_ms(5000) == [3200]
    clicks = [(begins, begins + 40) for begins in range(1200, 9000, 800)]
    assert Timeline(bot=GREETING, caller=clicks, frozen=[(2200, 9000)]).words_ms(9000) == []


def test_a_key_is_as_good_as_a_sentence() -> None:
    assert Timeline(bot=GREETING, keys_ms=[2000], frozen=[(2000, 5000)]).words_ms(5000) == [3980]


def test_who_types_a_number_is_not_spoken_to() -> None:
    keys_ms = range(2000, 9000, 1500)
    assert Timeline(bot=GREETING, keys_ms=keys_ms, frozen=[(3000, 12000)]).words_ms(9000) == []
    assert Timeline(bot=GREETING, keys_ms=keys_ms, frozen=[(3000, 12000)]).words_ms(12000) == [9980]


def test_whoever_is_answered_waits_for_the_first_word() -> None:
    assert Timeline(frozen=[(0, 2400)]).words_ms(5000) == [1000]


def test_who_was_asked_something_and_thinks_is_left_in_peace() -> None:
    assert Timeline(bot=GREETING, frozen=[(1000, 5000)]).words_ms(5000) == []


def test_the_word_is_never_said_over_what_is_still_to_be_heard() -> None:
    line = Timeline(bot=[(0, 5000)], caller=[(1000, 2000)], frozen=[(2000, 9000)])
    assert line.words_ms(9000) == []


def test_it_is_said_once_in_each_stall() -> None:
    caller = [(2000, 3000), (5300, 6000), (11000, 12000)]
    line = Timeline(bot=[*GREETING, (8000, 10000)], caller=caller, frozen=[(3000, 7500), (12000, 14000)])
    assert line.words_ms(15000) == [4000, 13000]


def test_a_short_stall_is_covered_by_nothing() -> None:
    assert Timeline(bot=GREETING, caller=[(2000, 3000)], frozen=[(3000, 3900)]).words_ms(6000) == []
