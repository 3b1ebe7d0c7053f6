"""Recordings on disk: whole, private, dropped on refusal, and known when damaged."""

from __future__ import annotations

import asyncio
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from bot.store.recordings import CallRecorder, RecordedLine, Recordings, RecordingState, check
from wire import media


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class SilentLine:
    """A line that counts what is sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send_audio(self, pcm: bytes) -> None:
        self.sent.append("audio")

    def send_mark(self, name: str) -> None:
        self.sent.append(name)

    def send_clear(self) -> None:
        self.sent.append("clear")

    def send_gain(self, percent: int, ramp_ms: int) -> None:
        self.sent.append(f"gain {percent}")

    def send_transfer(self, target: str, kind: media.TransferKind, whisper: bytes) -> None:
        self.sent.append(f"transfer {target}")

    def send_hangup(self, reason: str) -> None:
        self.sent.append(reason)


def frame(value: int) -> bytes:
    return np.full(320, value, dtype="<i2").tobytes()


async def recorded(recordings: Recordings, call_id: str, *, refused: bool = False) -> None:
    """One call of 40 ms."""
    clock, line = Clock(), SilentLine()
    recorder = CallRecorder(recordings, call_id, clock)
    heard = RecordedLine(line, recorder)
    heard.send_audio(frame(5))
    recorder.hear(frame(3) + frame(4))
    clock.now_s += 0.04
    if refused:
        recorder.discard()
    recorder.close()
    await recorder.run()
    assert line.sent == ["audio"]


async def test_a_call_is_recorded_with_the_caller_left_and_the_bot_right(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "recordings")

    await recorded(recordings, "c1")

    path = recordings.path("c1")
    assert path is not None
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 16_000, 640)
        both = np.frombuffer(file.readframes(640), dtype="<i2").reshape(-1, 2)
    assert both[:320].tolist() == [[3, 5]] * 320
    assert both[320:].tolist() == [[4, 0]] * 320
    assert check(path) is RecordingState.FINE


async def test_only_the_owner_reads_a_recording(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "recordings")

    await recorded(recordings, "c1")

    path = recordings.path("c1")
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_nothing_is_left_of_a_call_whose_caller_refused(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "recordings")

    await recorded(recordings, "c1", refused=True)

    assert recordings.path("c1") is None
    assert not (tmp_path / "recordings").exists()


async def test_a_refusal_deletes_what_is_already_on_disk(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    await recorded(recordings, "c1")

    await recorded(recordings, "c1", refused=True)

    assert recordings.path("c1") is None


async def test_a_full_disk_costs_the_recording_and_not_the_call(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("no folder can be made here")

    await recorded(Recordings(tmp_path / "recordings"), "c1")


@pytest.mark.parametrize("call_id", ["../../etc/passwd", "a/b", "..", "", "é", "x" * 200])
async def test_the_number_of_a_call_cannot_lead_out_of_the_folder(tmp_path: Path, call_id: str) -> None:
    folder = tmp_path / "recordings"
    recordings = Recordings(folder)

    await recorded(recordings, call_id)

    path = recordings.path(call_id)
    assert path is not None
    assert path.parent == folder
    assert recordings.delete(call_id)
    assert not recordings.delete(call_id)


def test_a_missing_recording_is_known_as_such(tmp_path: Path) -> None:
    assert check(None) is RecordingState.MISSING
    assert check(tmp_path / "gone.wav") is RecordingState.MISSING


@pytest.mark.parametrize("damage", ["empty", "noise", "cut", "one side"])
async def test_a_damaged_recording_is_known_as_such(tmp_path: Path, damage: str) -> None:
    recordings = Recordings(tmp_path)
    await recorded(recordings, "c1")
    path = recordings.path("c1")
    assert path is not None
    whole = path.read_bytes()
    if damage == "one side":
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes(b"\0" * 640)
    else:
        path.write_bytes({"empty": b"", "noise": b"x" * 5000, "cut": whole[: len(whole) // 2]}[damage])

    assert check(path) is RecordingState.DAMAGED


async def test_old_recordings_are_deleted_and_others_stay(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    for call_id, written_at_s in (("old", 1000.0), ("new", 3000.0)):
        await recorded(recordings, call_id)
        path = recordings.path(call_id)
        assert path is not None
        os.utime(path, (written_at_s, written_at_s))

    assert recordings.delete_before(2000.0) == 1
    assert recordings.path("old") is None
    assert recordings.path("new") is not None


async def test_what_was_said_before_a_crash_can_be_played(tmp_path: Path) -> None:
    recordings, clock = Recordings(tmp_path), Clock()
    recorder = CallRecorder(recordings, "c1", clock)
    running = asyncio.create_task(recorder.run())
    recorder.hear(frame(3))
    clock.now_s += 0.02
    for _ in range(400):
        if check(recordings.path("c1")) is RecordingState.FINE:
            break
        await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert check(recordings.path("c1")) is RecordingState.FINE
