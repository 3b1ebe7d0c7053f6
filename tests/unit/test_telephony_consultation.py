"""A service being asked to take a call, with explicit times."""

from __future__ import annotations

from itertools import islice

import pytest

from telephony.consultation import Consultation, Patience, Progress, SaySummary
from telephony.events import Answered, Ended, MediaChanged, Pressed, Ringing
from telephony.wait_tone import PIECE_S, wait_tone
from telephony.whisper import MAX_WHISPER_FRAMES, WhisperBox
from wire import media

PATIENCE = Patience(ring_s=25.0, decide_s=6.0, times_said=2)


def answered(summary_s: float = 4.0) -> Consultation:
    consultation = Consultation(summary_s, PATIENCE, 100.0)
    assert consultation.heard(Ringing(), 101.0) == Progress("ringing", 180)
    assert consultation.heard(Answered("", ""), 110.0) == SaySummary()
    return consultation


def test_whoever_answers_is_told_the_summary_and_has_time_to_decide() -> None:
    consultation = answered()
    assert consultation.deadline_s == 110.0 + 4.0 + 6.0
    assert consultation.heard(Pressed("1"), 113.0) == Progress("accepted", 200)


def test_the_key_for_no() -> None:
    assert answered().heard(Pressed("2"), 113.0) == Progress("refused", 603)


def test_other_keys_and_sounds_decide_nothing() -> None:
    consultation = answered()
    for event in (Pressed("5"), MediaChanged("absent", 1), Ringing()):
        assert consultation.heard(event, 112.0) is None
    assert consultation.deadline_s == 120.0


def test_an_answering_machine_is_asked_twice_and_is_nobody() -> None:
    consultation = answered()
    assert consultation.time_is_up(120.0) == SaySummary()
    assert consultation.deadline_s == 130.0
    assert consultation.time_is_up(130.0) == Progress("no_answer", 408)


def test_nobody_answers_in_time() -> None:
    consultation = Consultation(4.0, PATIENCE, 100.0)
    assert consultation.deadline_s == 125.0
    assert consultation.time_is_up(125.0) == Progress("no_answer", 408)


@pytest.mark.parametrize(
    ("code", "state"),
    [(486, "busy"), (600, "busy"), (603, "refused"), (480, "no_answer"), (503, "failed"), (200, "failed")],
)
def test_a_call_that_ends_before_it_was_answered(code: int, state: media.TransferState) -> None:
    consultation = Consultation(4.0, PATIENCE, 100.0)
    assert consultation.heard(Ended(by_us=False, sip_code=code, reason=""), 101.0) == Progress(state, code)


def test_hanging_up_on_the_summary_is_a_refusal() -> None:
    ended = Ended(by_us=False, sip_code=200, reason="")
    assert answered().heard(ended, 112.0) == Progress("refused", 603)


def test_without_a_summary_whoever_answers_takes_the_call() -> None:
    consultation = Consultation(0.0, PATIENCE, 100.0)
    assert consultation.heard(Answered("", ""), 110.0) == Progress("accepted", 200)


def test_a_key_before_the_answer_means_nothing() -> None:
    assert Consultation(4.0, PATIENCE, 100.0).heard(Pressed("1"), 101.0) is None


def test_a_whisper_is_complete_with_its_last_frame() -> None:
    box = WhisperBox()
    order = media.Transfer("3000", "attended", whisper_frames=2)
    box.begin(order)
    assert box.is_waiting
    assert box.take() is None
    box.add(b"ab")
    box.add(b"cd")
    assert not box.is_waiting
    assert box.take() == (order, b"abcd")
    assert box.take() is None


def test_an_order_without_a_whisper_is_complete_at_once() -> None:
    box = WhisperBox()
    box.begin(media.Transfer("3000"))
    assert not box.is_waiting
    assert box.take() == (media.Transfer("3000"), b"")


def test_a_whisper_that_nobody_would_listen_to_breaks_the_protocol() -> None:
    with pytest.raises(media.WireError):
        WhisperBox().begin(media.Transfer("3000", "attended", whisper_frames=MAX_WHISPER_FRAMES + 1))


def test_the_wait_tone_has_the_french_cadence() -> None:
    pieces = list(islice(wait_tone(), 20))
    assert PIECE_S * len(pieces) == 2 * 5.0
    assert [bool(piece) for piece in pieces] == ([True] * 3 + [False] * 7) * 2
    assert {len(piece) for piece in pieces if piece} == {int(PIECE_S * media.SAMPLE_RATE_HZ) * 2}
