"""The sound of one call inside PJSIP: 20 ms frames at 16 kHz, copied and handed over, nothing more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import pjsua2 as pj

from telephony.frame_copy import vector_reader
from telephony.frame_gaps import FrameGaps
from telephony.guard import guarded
from telephony.playout import Order, Playout, Report
from wire.media import FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ, SILENT_FRAME

_read_vector = vector_reader(pj.ByteVector)


class FrameWitness(Protocol):
    """Is shown every 20 ms what went out and what came in, on the media thread."""

    def write(self, sent: bytes, heard: bytes) -> None: ...


class CallPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Plays a queue into a call and hands over what is heard.

    on_heard, on_report: called on the media thread; must return at once.
    """

    def __init__(
        self,
        name: str,
        on_heard: Callable[[bytes], None],
        on_report: Callable[[Report], None],
        witness: FrameWitness | None = None,
    ) -> None:
        super().__init__()
        self.gaps = FrameGaps()
        self._on_heard = on_heard
        self._on_report = on_report
        self._witness = witness
        self._sent = SILENT_FRAME
        self._playout = Playout()
        self._lock = threading.Lock()
        audio = pj.MediaFormatAudio()
        audio.init(pj.PJMEDIA_FORMAT_PCM, SAMPLE_RATE_HZ, 1, FRAME_MS * 1000, 16)
        self.createPort(name, audio)

    def play(self, pcm: bytes) -> None:
        with self._lock:
            self._playout.push(pcm)

    def is_playing(self) -> bool:
        with self._lock:
            return not self._playout.is_empty

    def mark(self, name: str) -> None:
        with self._lock:
            self._playout.mark(name)

    def clear(self, fade_ms: int) -> None:
        with self._lock:
            self._playout.clear(fade_ms)

    def gain(self, percent: int, ramp_ms: int) -> None:
        with self._lock:
            self._playout.gain(percent, ramp_ms)

    def then(self, order: Order) -> None:
        with self._lock:
            self._playout.then(order)

    @guarded
    def onFrameRequested(self, frame: pj.MediaFrame) -> None:  # noqa: N802
        with self._lock:
            played = self._playout.next_frame()
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = pj.ByteVector(played.pcm)
        self._sent = played.pcm
        for report in played.reports:
            self._on_report(report)

    @guarded
    def onFrameReceived(self, frame: pj.MediaFrame) -> None:  # noqa: N802
        self.gaps.tick(time.monotonic_ns())
        pcm = _read_vector(frame.buf) if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO else b""
        if len(pcm) != FRAME_BYTES:
            pcm = SILENT_FRAME
        if self._witness is not None:
            self._witness.write(self._sent, pcm)
        self._on_heard(pcm)
