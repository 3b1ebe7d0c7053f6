"""Turns start and end where the samples say so."""

import pytest

from bot.call.turn_taking import TurnEnded, TurnStarted, TurnTaker, TurnTakingSettings

CHUNK = 512  # 32 ms


def feed(taker: TurnTaker, probabilities: list[float]) -> list[tuple[int, TurnStarted | TurnEnded]]:
    """Return what happened, with the number of the chunk after which it was known."""
    changes = ((i, taker.push(p, i * CHUNK, CHUNK)) for i, p in enumerate(probabilities))
    return [(i, change) for i, change in changes if change is not None]


def test_a_turn_starts_once_there_is_enough_speech_and_dates_from_its_first_chunk() -> None:
    # 60 ms are 1.9 chunks: known with the second.
    assert feed(TurnTaker(TurnTakingSettings()), [0.0] * 10 + [0.9] * 4) == [(11, TurnStarted(10 * CHUNK))]


def test_a_click_is_no_turn() -> None:
    assert feed(TurnTaker(TurnTakingSettings()), [0.0, 0.9] + [0.0] * 40) == []


def test_clicks_far_apart_do_not_add_up() -> None:
    assert feed(TurnTaker(TurnTakingSettings()), ([0.9] + [0.0] * 7) * 20) == []


def test_a_turn_ends_after_the_silence_and_remembers_where_speech_ended() -> None:
    changes = feed(TurnTaker(TurnTakingSettings()), [0.9] * 10 + [0.0] * 30)
    # 700 ms are 21.9 chunks of silence.
    assert changes == [(1, TurnStarted(0)), (31, TurnEnded(10 * CHUNK))]


def test_a_pause_inside_a_sentence_does_not_end_it() -> None:
    changes = feed(TurnTaker(TurnTakingSettings()), [0.9] * 10 + [0.0] * 20 + [0.9] * 10)
    assert [change for _, change in changes] == [TurnStarted(0)]


def test_a_weak_syllable_keeps_a_turn_open() -> None:
    changes = feed(TurnTaker(TurnTakingSettings()), [0.9] * 10 + [0.4] * 40)
    assert [change for _, change in changes] == [TurnStarted(0)]


def test_sound_that_never_ends_is_cut() -> None:
    settings = TurnTakingSettings(max_turn_ms=3200)
    changes = feed(TurnTaker(settings), [0.9] * 120)
    assert changes[:2] == [(1, TurnStarted(0)), (99, TurnEnded(100 * CHUNK))]


@pytest.mark.parametrize("end_silence_ms", [300, 1500])
def test_patience_is_a_setting(end_silence_ms: int) -> None:
    taker = TurnTaker(TurnTakingSettings(end_silence_ms=end_silence_ms))
    changes = feed(taker, [0.9] * 10 + [0.0] * 60)
    silent_chunks = -(-end_silence_ms * 16 // CHUNK)
    assert changes[1] == (9 + silent_chunks, TurnEnded(10 * CHUNK))


def test_patience_may_change_while_nobody_speaks() -> None:
    taker = TurnTaker(TurnTakingSettings(end_silence_ms=1500))
    assert feed(taker, [0.9] * 10 + [0.0] * 10) == [(1, TurnStarted(0))]
    taker.patience_ms = 320
    assert taker.push(0.0, 20 * CHUNK, CHUNK) == TurnEnded(10 * CHUNK)


def test_how_much_was_said_leaves_pauses_out() -> None:
    taker = TurnTaker(TurnTakingSettings())
    feed(taker, [0.9] * 10 + [0.0] * 10 + [0.9] * 5)
    assert taker.speech_ms == 15 * 32


def test_a_turn_may_be_cut_at_any_time() -> None:
    taker = TurnTaker(TurnTakingSettings())
    assert taker.cut() is None
    feed(taker, [0.9] * 10)
    assert taker.cut() == TurnEnded(10 * CHUNK)
    assert not taker.is_in_turn
