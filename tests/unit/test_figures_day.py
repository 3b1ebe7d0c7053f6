"""What one day's conversations come to: one fate each, turns by bucket, sentences that are alike together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures.buckets import LEAST_MS, MOST_MS, bucket_of, percentile_ms, tenth_of
from bot.figures.day import CountedConversation, CountedTurn, LeftWithDesk, count_day, fate_of
from bot.figures.groups import group_alike
from bot.figures.measures import Counts, Fate, Measure, add_up

PARIS = ZoneInfo("Europe/Paris")
SAID = CountedTurn("caller", "report_problem", 0.9, 0.8, "", 640, 110, None, None)
LOST = replace(SAID, intent="nlu_fallback", intent_confidence=0.4)
MUMBLED = replace(SAID, intent="goodbye", confidence=0.3)
BOT = CountedTurn("bot", "", None, None, "", None, None, 20, 900)
CALL = CountedConversation(
    "c",
    "phone",
    datetime(2026, 3, 2, 8, tzinfo=UTC),
    True,
    "goodbye",
    "report_problem",
    False,
    False,
    None,
    (SAID,),
)
DESK = LeftWithDesk(frozenset({"called"}), frozenset({"broken"}))


@pytest.mark.parametrize(
    ("changed", "fate"),
    [
        ({}, Fate.HANDLED),
        ({"outcome": "caller_hung_up"}, Fate.HANDLED),
        # The fallback line accepts as a service does; the machine had no part in it.
        ({"outcome": "passed_on", "was_transferred": True, "intent": ""}, Fate.PASSED_ON),
        ({"outcome": "transferred", "was_transferred": True}, Fate.TRANSFERRED),
        ({"was_transferred": True, "has_ended": False, "outcome": ""}, Fate.TRANSFERRED),
        ({"outcome": "callback_requested"}, Fate.CALLBACK),
        ({"id": "called"}, Fate.CALLBACK),
        ({"outcome": "voice_lost"}, Fate.BROKEN),
        ({"outcome": "", "has_ended": False}, Fate.OPEN),
        ({"intent": ""}, Fate.ABANDONED),
        ({"intent": "out_of_scope", "outcome": "left"}, Fate.ABANDONED),
        ({"intent": "", "turns": (), "outcome": "caller_hung_up"}, Fate.ABANDONED),
        ({"intent": "", "is_emergency": True, "outcome": "caller_hung_up"}, Fate.HANDLED),
        ({"outcome": "caller_hung_up", "turns": (SAID, LOST, BOT)}, Fate.ABANDONED),
        ({"outcome": "caller_hung_up", "turns": (LOST, SAID)}, Fate.HANDLED),
        ({"outcome": "goodbye", "turns": (SAID, LOST)}, Fate.HANDLED),
        # Words that were hardly heard and well understood are no reason to leave.
        ({"outcome": "caller_hung_up", "turns": (SAID, MUMBLED)}, Fate.HANDLED),
        ({"outcome": "left", "id": "broken"}, Fate.ABANDONED),
    ],
)
def test_each_conversation_has_one_fate(changed: dict[str, object], fate: Fate) -> None:
    assert fate_of(replace(CALL, **changed), DESK) is fate  # type: ignore[arg-type]


def test_a_day_is_counted_by_channel() -> None:
    asked = replace(SAID, procedure="passeport_majeur")
    chat = replace(CALL, id="t", channel="chat", turns=(replace(SAID, confidence=None), asked, asked))
    silent = replace(CALL, id="s", channel="chat", turns=(BOT,))
    rated = replace(CALL, is_satisfied=False, turns=(SAID, BOT, LOST))

    counts = count_day([rated, chat, silent], DESK, PARIS)

    assert counts["phone"] == {
        Measure.HOUR: {"09": 1},
        Measure.FATE: {"handled": 1},
        Measure.INTENT: {"report_problem": 1},
        Measure.RATING: {"no": 1},
        Measure.RECOGNITION: {str(bucket_of(640)): 2},
        Measure.DIALOGUE: {str(bucket_of(110)): 2},
        Measure.SYNTHESIS: {str(bucket_of(20)): 1},
        Measure.SILENCE: {str(bucket_of(900)): 1},
        Measure.TURN: {"sure": 1, "unsure": 1},
        Measure.WORDS: {"8": 2},
        Measure.MEANING: {"9": 1, "4": 1},
    }
    assert counts["chat"][Measure.HOUR] == {"09": 1}
    # Told twice in one conversation is asked for once.
    assert counts["chat"][Measure.PROCEDURE] == {"passeport_majeur": 1}
    assert counts["chat"][Measure.WORDS] == {"8": 2}


def test_hours_are_the_citys_on_the_days_when_the_clocks_change() -> None:
    for at, hour in (
        (datetime(2026, 3, 28, 23, tzinfo=UTC), "00"),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "03"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02"),
    ):
        counts = count_day([replace(CALL, started_at=at)], DESK, PARIS)
        assert counts["phone"][Measure.HOUR] == {hour: 1}


def test_days_are_added_up() -> None:
    days: list[Counts] = [
        {Measure.FATE: {"handled": 2}},
        {Measure.FATE: {"handled": 1, "open": 4}, Measure.RATING: {"yes": 1}},
    ]
    total = add_up(days)
    assert total[Measure.FATE] == {"handled": 3, "open": 4}
    assert total[Measure.RATING] == {"yes": 1}
    assert total[Measure.HOUR] == {}
    assert days[0] == {Measure.FATE: {"handled": 2}}


@given(
    durations=st.lists(st.integers(LEAST_MS, MOST_MS), min_size=1, max_size=200),
    share=st.sampled_from([0.5, 0.95, 0.99]),
)
def test_a_percentile_from_buckets_is_less_than_five_per_cent_off(durations: list[int], share: float) -> None:
    counts: dict[int, int] = {}
    for duration_ms in durations:
        counts[bucket_of(duration_ms)] = counts.get(bucket_of(duration_ms), 0) + 1
    assert percentile_ms(counts, share) == pytest.approx(plain_percentile(durations, share), rel=0.05)


def plain_percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return next(value for at, value in enumerate(ordered, 1) if at >= share * len(ordered))


def test_what_is_shorter_or_longer_than_any_bucket_is_counted_in_the_last() -> None:
    assert bucket_of(0) == bucket_of(LEAST_MS) == 0
    assert bucket_of(10 * MOST_MS) == bucket_of(MOST_MS)
    assert percentile_ms({}, 0.5) is None
    assert [tenth_of(each) for each in (-0.1, 0.0, 0.09, 0.1, 0.95, 1.0, 1.2)] == [0, 0, 0, 1, 9, 9, 9]


def test_sentences_that_say_nearly_the_same_come_together() -> None:
    texts = [
        "euh je voudrais la piscine",
        "zig zag zoug",
        "la piscine s'il vous plaît",
        "…",
        "Bonjour, la Piscine !",
        "il y a un trou devant l'école",
        "un trou devant l'école",
        "bonjour",
    ]
    groups = group_alike(texts)
    assert [sorted(group) for group in groups[:2]] == [[0, 2, 4], [5, 6]]
    assert sorted(at for group in groups for at in group) == list(range(len(texts)))
    assert group_alike([]) == []
