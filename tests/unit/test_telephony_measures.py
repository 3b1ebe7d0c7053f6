"""The pure measures of a call: transfer states, missing sound, frame gaps, call rate, apology."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

import pytest

from telephony.apology import information_tones, load_apology
from telephony.call_rate import BURST, CALLS_PER_S, CallRate
from telephony.events import MediaChanged
from telephony.frame_gaps import FrameGaps
from telephony.recording import StereoRecording
from telephony.rtp_watch import RtpWatch
from telephony.transfer import is_final, transfer_state


@pytest.mark.parametrize(
    ("code", "state"),
    [
        *((100, "trying"), (180, "ringing"), (183, "ringing"), (200, "accepted"), (202, "accepted")),
        *((486, "busy"), (600, "busy"), (408, "no_answer"), (480, "no_answer"), (487, "no_answer")),
        *((403, "refused"), (603, "refused"), (404, "failed"), (503, "failed"), (302, "failed")),
    ],
)
def test_what_a_status_says_of_a_transfer(code: int, state: str) -> None:
    assert transfer_state(code) == state
    assert is_final(transfer_state(code)) == (code >= 200)


def test_sound_that_never_comes_is_noticed_once_after_ten_seconds() -> None:
    watch = RtpWatch(answered_s=100.0)
    assert watch.update(0, 109.9) is None
    assert watch.update(0, 110.0) == MediaChanged("absent", 10_000)
    assert watch.update(0, 111.0) is None
    assert watch.update(5, 112.0) == MediaChanged("flowing", 12_000)
    assert watch.update(50, 113.0) is None


def test_sound_that_stops_is_noticed_again() -> None:
    watch = RtpWatch(answered_s=0.0)
    assert watch.update(50, 1.0) is None
    assert watch.update(50, 10.5) is None
    assert watch.update(50, 11.0) == MediaChanged("absent", 10_000)
    assert watch.update(60, 12.0) == MediaChanged("flowing", 11_000)


def test_a_new_stream_counts_from_nought_without_being_sound() -> None:
    watch = RtpWatch(answered_s=0.0)
    watch.update(500, 1.0)
    assert watch.update(0, 2.0) is None
    assert watch.update(0, 11.0) == MediaChanged("absent", 10_000)
    assert watch.update(0, 12.0) is None
    assert watch.update(1, 13.0) == MediaChanged("flowing", 12_000)


def test_gaps_between_frames() -> None:
    gaps = FrameGaps()
    assert (gaps.quantile_ms(0.5), gaps.worst_ms) == (0.0, 0.0)
    now_ns = 0
    for gap_ms in [20.1] * 98 + [35.0, 250.0]:
        gaps.tick(now_ns)
        now_ns += round(gap_ms * 1e6)
    gaps.tick(now_ns)
    assert gaps.quantile_ms(0.5) == 20.25
    assert gaps.quantile_ms(0.99) == 35.25
    assert gaps.quantile_ms(1.0) == pytest.approx(100.25)
    assert gaps.worst_ms == pytest.approx(250.0)


def test_calls_that_come_too_fast_are_not_admitted() -> None:
    rate = CallRate()
    assert [rate.admits(5.0) for _ in range(int(BURST) + 2)] == [True] * int(BURST) + [False, False]
    assert rate.admits(5.0 + 1.5 / CALLS_PER_S)
    assert not rate.admits(5.0 + 1.5 / CALLS_PER_S)
    assert sum(rate.admits(1000.0) for _ in range(100)) == BURST


def _write(path: Path, pcm: bytes, rate_hz: int, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm)
    return path


def test_an_apology_is_read_as_it_is_or_doubled(tmp_path: Path) -> None:
    pcm = array("h", [0, 100, -100]).tobytes()
    assert load_apology(_write(tmp_path / "16.wav", pcm, 16_000)) == pcm
    doubled = array("h", load_apology(_write(tmp_path / "8.wav", pcm, 8000)))
    assert list(doubled) == [0, 50, 100, 0, -100, -100]


def test_an_apology_that_cannot_be_played_becomes_tones(tmp_path: Path) -> None:
    tones = information_tones()
    assert len(tones) == 2 * 2 * (3 * 5280 + 8000)
    (tmp_path / "text.wav").write_text("not a recording")
    for path in (
        tmp_path / "missing.wav",
        tmp_path / "text.wav",
        _write(tmp_path / "44.wav", bytes(8), 44_100),
        _write(tmp_path / "stereo.wav", bytes(8), 16_000, channels=2),
        _write(tmp_path / "empty.wav", b"", 16_000),
    ):
        assert load_apology(path) == tones


def test_a_recording_holds_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with StereoRecording(path) as recording:
        for value in range(3):
            recording.write(array("h", [value] * 320).tobytes(), array("h", [-value] * 320).tobytes())
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 16_000)
        both = array("h", file.readframes(960))
    assert list(both[0::2]) == [0] * 320 + [1] * 320 + [2] * 320
    assert list(both[1::2]) == [0] * 320 + [-1] * 320 + [-2] * 320
