"""Records both directions of a call side by side, on the phone's own 20 ms clock."""

from __future__ import annotations

import threading
import wave
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from wire.media import SAMPLE_RATE_HZ


class StereoRecording:
    """A 16 kHz WAV file. left: what went into RTP; right: what came out of it."""

    def __init__(self, path: Path) -> None:
        self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed by __exit__
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(SAMPLE_RATE_HZ)
        self._lock = threading.Lock()
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_open = False
            self._file.close()

    def write(self, sent: bytes, heard: bytes) -> None:
        """Add two equally long runs of s16le at 16 kHz; from any thread."""
        both = array("h", bytes(2 * len(sent)))
        both[0::2] = array("h", sent)
        both[1::2] = array("h", heard)
        with self._lock:
            if self._is_open:
                self._file.writeframesraw(both.tobytes())
