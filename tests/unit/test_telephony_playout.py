from __future__ import annotations

from array import array

import pytest

from telephony.playout import MarkPlayed, OrderDue, PlayedFrame, Playout, PlayoutFullError
from wire.media import FRAME_BYTES, FRAME_SAMPLES, SILENT_FRAME, Hangup, Transfer


def _pcm(value: int, n_samples: int = FRAME_SAMPLES) -> bytes:
    return array("h", [value] * n_samples).tobytes()


def test_nothing_queued_is_silence() -> None:
    playout = Playout()
    assert playout.next_frame() == PlayedFrame(SILENT_FRAME)
    assert playout.queued_ms == 0


def test_frames_come_out_in_order_whatever_the_cut() -> None:
    playout = Playout()
    sound = array("h", range(3 * FRAME_SAMPLES)).tobytes()
    for cut in (sound[:2], sound[2:700], sound[700:702], sound[702:]):
        playout.push(cut)
    assert playout.queued_ms == 60
    assert b"".join(playout.next_frame().pcm for _ in range(3)) == sound
    assert playout.next_frame().pcm == SILENT_FRAME


def test_a_short_end_is_padded_with_silence() -> None:
    playout = Playout()
    playout.push(_pcm(7, 100))
    assert playout.next_frame().pcm == _pcm(7, 100) + bytes(FRAME_BYTES - 200)


def test_a_mark_is_reported_with_the_frame_of_its_last_sample() -> None:
    playout = Playout()
    playout.push(_pcm(1))
    playout.mark("one")
    playout.push(_pcm(2, 330))
    playout.mark("two")
    playout.mark("two again")
    assert playout.next_frame().reports == (MarkPlayed("one"),)
    assert playout.next_frame().reports == ()
    assert playout.next_frame().reports == (MarkPlayed("two"), MarkPlayed("two again"))


def test_a_mark_on_an_empty_queue_is_reported_at_once() -> None:
    playout = Playout()
    playout.mark("now")
    assert playout.next_frame() == PlayedFrame(SILENT_FRAME, (MarkPlayed("now"),))


def test_clear_drops_sound_and_marks_and_fades_out() -> None:
    playout = Playout()
    playout.push(_pcm(1000, 5 * FRAME_SAMPLES))
    playout.mark("never heard")
    playout.clear(fade_ms=20)
    assert playout.queued_ms == 20
    faded = array("h", playout.next_frame().pcm)
    assert list(faded) == [1000 * (FRAME_SAMPLES - i) // FRAME_SAMPLES for i in range(FRAME_SAMPLES)]
    assert playout.next_frame() == PlayedFrame(SILENT_FRAME)


def test_clear_without_fade_is_silent_at_once() -> None:
    playout = Playout()
    playout.push(_pcm(1000))
    playout.clear(fade_ms=0)
    assert playout.next_frame() == PlayedFrame(SILENT_FRAME)


def test_a_fade_is_no_longer_than_what_is_queued_and_never_long() -> None:
    playout = Playout()
    playout.push(_pcm(1000, 32))
    playout.clear(fade_ms=20)
    assert playout.queued_ms == 2
    playout.push(_pcm(1000, 16_000))
    playout.clear(fade_ms=900)
    assert playout.queued_ms == 200


def test_sound_after_clear_follows_the_fade() -> None:
    playout = Playout()
    playout.push(_pcm(1000, 2 * FRAME_SAMPLES))
    playout.clear(fade_ms=20)
    playout.push(_pcm(5))
    playout.next_frame()
    assert playout.next_frame().pcm == _pcm(5)


def test_an_order_waits_for_what_was_queued_before_it() -> None:
    playout = Playout()
    playout.push(_pcm(1))
    playout.push(_pcm(2))
    playout.then(Hangup("done"))
    assert playout.next_frame().reports == ()
    assert playout.next_frame().reports == (OrderDue(Hangup("done")),)


def test_clear_brings_an_order_forward_and_keeps_it() -> None:
    playout = Playout()
    playout.push(_pcm(1, 50 * FRAME_SAMPLES))
    playout.then(Transfer("3000"))
    playout.clear(fade_ms=0)
    assert playout.next_frame() == PlayedFrame(SILENT_FRAME, (OrderDue(Transfer("3000")),))


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="half a sample"):
        Playout().push(b"\0\0\0")


def test_ten_minutes_are_enough() -> None:
    playout = Playout()
    minute = bytes(60 * 32_000)
    for _ in range(10):
        playout.push(minute)
    with pytest.raises(PlayoutFullError):
        playout.push(bytes(2))
