"""Recordings of calls on disk: stereo WAV, the caller left, the bot right, from the answer on.

Written while the call goes on, in a thread; a full disk costs the recording, never the call. A crash leaves a
file that can be played up to its last second.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import structlog

from bot.call.mouth import Line, TransferKind
from bot.call.tape import Tape
from bot.call.types import SAMPLE_RATE_HZ

log = structlog.get_logger()

FLUSH_S = 1.0
_N_SIDES = 2
_SAMPLE_BYTES = 2
_SUFFIX = ".wav"
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class RecordingState(StrEnum):
    """DAMAGED: there is a file, but it is no recording of two sides, or a part of it is missing."""

    FINE = "fine"
    MISSING = "missing"
    DAMAGED = "damaged"


def check(path: Path | None) -> RecordingState:
    """Look whether a recording can be played. Blocks."""
    if path is None:
        return RecordingState.MISSING
    try:
        with wave.open(str(path), "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            n_bytes = file.getnframes() * _N_SIDES * _SAMPLE_BYTES
    except FileNotFoundError:
        return RecordingState.MISSING
    except (wave.Error, EOFError, OSError):
        return RecordingState.DAMAGED
    is_whole = 0 < n_bytes <= path.stat().st_size and shape == (_N_SIDES, _SAMPLE_BYTES, SAMPLE_RATE_HZ)
    return RecordingState.FINE if is_whole else RecordingState.DAMAGED


class Recordings:
    """The folder of recordings, read and written by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, conversation_id: str) -> Path | None:
        """Where a conversation's recording lies; None when there is none. Damaged ones are returned too."""
        path = self._place(conversation_id)
        return path if path.is_file() else None

    def delete(self, conversation_id: str) -> bool:
        """Delete a recording; return whether there was one. Raises OSError."""
        path = self.path(conversation_id)
        if path is None:
            return False
        path.unlink(missing_ok=True)
        return True

    def delete_before(self, moment_s: float) -> int:
        """Delete what was last written before a moment (in Unix seconds); return how many. Raises OSError."""
        n_deleted = 0
        for path in self._all():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < moment_s:
                    path.unlink()
                    n_deleted += 1
        return n_deleted

    def create(self, conversation_id: str) -> Path:
        """Make an empty file that only its owner may read. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._place(conversation_id)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        return path

    def _all(self) -> Iterator[Path]:
        return self._folder.glob(f"*{_SUFFIX}")

    def _place(self, conversation_id: str) -> Path:
        # The caller's side chose the number of the call: it must not lead elsewhere.
        if _SAFE_NAME.fullmatch(conversation_id):
            return self._folder / f"{conversation_id}{_SUFFIX}"
        return self._folder / f"~{hashlib.sha256(conversation_id.encode()).hexdigest()}{_SUFFIX}"


class CallRecorder:
    """Records one call from its creation on, until `close`, while `run` runs.

    clock_s: the one that the call's times are measured with.
    """

    def __init__(
        self, recordings: Recordings, conversation_id: str, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._recordings = recordings
        self._conversation_id = conversation_id
        self._clock_s = clock_s
        self._answered_at_s = clock_s()
        self._tape: Tape | None = Tape()
        self._file: _WavFile | None = None
        self._is_over = asyncio.Event()

    def hear(self, pcm: bytes) -> None:
        """Take the caller's next samples."""
        if self._tape is not None:
            self._tape.caller_said(pcm)

    def queue(self, pcm: bytes) -> None:
        if self._tape is not None:
            self._tape.bot_queued(pcm, self._now_ms())

    def clear(self) -> None:
        if self._tape is not None:
            self._tape.bot_cleared(self._now_ms())

    def turn_to(self, percent: int) -> None:
        if self._tape is not None:
            self._tape.bot_turned_to(percent, self._now_ms())

    def discard(self) -> None:
        """Record no more and keep nothing; what is on disk goes with the next look at it."""
        self._tape = None

    def close(self) -> None:
        """The call is over; `run` returns once the rest is written."""
        self._is_over.set()

    async def run(self) -> None:
        """Write what is certain, every second, until `close`; drop everything after `discard`."""
        try:
            while self._tape is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._is_over.wait(), FLUSH_S)
                await self._write()
                if self._is_over.is_set() and self._tape is not None:
                    return
            await asyncio.to_thread(self._drop)
        finally:
            if self._file is not None:
                self._file.close()

    async def _write(self) -> None:
        tape = self._tape
        if tape is None:
            return
        is_last = self._is_over.is_set()
        samples = tape.finish(self._now_ms()) if is_last else tape.take(self._now_ms())
        try:
            await asyncio.to_thread(self._append, samples, is_last)
        except (OSError, wave.Error) as error:
            log.error("recording_failed", call_id=self._conversation_id, error=type(error).__name__)
            self.discard()

    def _append(self, samples: bytes, is_last: bool) -> None:
        if samples and self._file is None:
            self._file = _WavFile(self._recordings.create(self._conversation_id))
        if self._file is not None:
            self._file.append(samples)
        if self._file is not None and is_last:
            self._file.close()

    def _drop(self) -> None:
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        with suppress(OSError):
            self._recordings.delete(self._conversation_id)

    def _now_ms(self) -> int:
        return round((self._clock_s() - self._answered_at_s) * 1000)


class _WavFile:
    """A stereo file of which everything appended can be played, even if the process ends now."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("wb")
        self._wav = wave.open(self._raw, "wb")  # noqa: SIM115
        self._wav.setnchannels(_N_SIDES)
        self._wav.setsampwidth(_SAMPLE_BYTES)
        self._wav.setframerate(SAMPLE_RATE_HZ)

    def append(self, samples: bytes) -> None:
        # This brings the header up to date too.
        self._wav.writeframes(samples)
        self._raw.flush()

    def close(self) -> None:
        self._wav.close()
        self._raw.close()


class RecordedLine:
    """A line whose sound is also recorded. See `bot.call.mouth.Line`."""

    def __init__(self, line: Line, recorder: CallRecorder) -> None:
        self._line = line
        self._recorder = recorder

    def send_audio(self, pcm: bytes) -> None:
        self._recorder.queue(pcm)
        self._line.send_audio(pcm)

    def send_mark(self, name: str) -> None:
        self._line.send_mark(name)

    def send_clear(self) -> None:
        self._recorder.clear()
        self._line.send_clear()

    def send_gain(self, percent: int, ramp_ms: int) -> None:
        self._recorder.turn_to(percent)
        self._line.send_gain(percent, ramp_ms)

    def send_transfer(self, target: str, kind: TransferKind, whisper: bytes) -> None:
        self._line.send_transfer(target, kind, whisper)

    def send_hangup(self, reason: str) -> None:
        self._line.send_hangup(reason)
