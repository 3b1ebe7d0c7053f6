"""Records both directions of a call side by side, on the phone's own 20 ms clock."""

from __future__ import annotations

import queue
import threading
import wave
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from wire.media import SAMPLE_RATE_HZ


class StereoRecording:
    """A 16 kHz WAV file. left: what went into RTP; right: what came out of it.

    A thread of its own writes, so that a slow disk is not heard in the call.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._frames: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._run, name="recording")

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.put(None)
        self._writer.join()

    def write(self, sent: bytes, heard: bytes) -> None:
        """Add two equally long runs of s16le at 16 kHz; from any thread."""
        self._frames.put((sent, heard))

    def _run(self) -> None:
        with wave.open(str(self._path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE_HZ)
            while (frame := self._frames.get()) is not None:
                file.writeframesraw(_interleaved(*frame))


def _interleaved(left: bytes, right: bytes) -> bytes:
    both = array("h", bytes(2 * len(left)))
    both[0::2] = array("h", left)
    both[1::2] = array("h", right)
    return both.tobytes()
