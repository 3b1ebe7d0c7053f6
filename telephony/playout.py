"""What one call still has to play, cut into 20 ms frames; pure, its clock is the calls of `next_frame`."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass

from telephony.gain import GainRamp
from wire.media import FRAME_BYTES, SAMPLE_RATE_HZ, SILENT_FRAME, Hangup, Transfer

MAX_QUEUED_S = 600
MAX_FADE_MS = 200
_BYTES_PER_MS = 2 * SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Join:
    """Let the caller and the agent who accepted the call hear each other."""


Order = Hangup | Transfer | Join


class PlayoutFullError(Exception):
    """More speech was queued than any sentence needs; the sender is broken."""


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """The last sample queued before the mark of this name has gone out."""

    name: str


@dataclass(frozen=True, slots=True)
class OrderDue:
    """Everything queued before this order has gone out: it may be carried out."""

    order: Order


Report = MarkPlayed | OrderDue


@dataclass(frozen=True, slots=True)
class PlayedFrame:
    """pcm: exactly FRAME_BYTES. reports: what became true with the last sample of this frame, in order."""

    pcm: bytes
    reports: tuple[Report, ...] = ()


_SILENCE = PlayedFrame(SILENT_FRAME)


class Playout:
    """First in, first out; silence when empty. Not thread safe: its owner guards it."""

    def __init__(self) -> None:
        self._queue: deque[memoryview | Report] = deque()
        self._queued_bytes = 0
        self._gain = GainRamp()

    @property
    def is_empty(self) -> bool:
        return not self._queue

    @property
    def queued_ms(self) -> int:
        """How long the queued sound lasts."""
        return self._queued_bytes // _BYTES_PER_MS

    def push(self, pcm: bytes) -> None:
        """Queue mono s16le sound at 16 kHz of any length. Raises ValueError, PlayoutFullError."""
        if len(pcm) % 2:
            raise ValueError("half a sample")
        if self._queued_bytes + len(pcm) > MAX_QUEUED_S * 1000 * _BYTES_PER_MS:
            raise PlayoutFullError(f"over {MAX_QUEUED_S} s of sound queued")
        if pcm:
            self._queue.append(memoryview(pcm))
            self._queued_bytes += len(pcm)

    def mark(self, name: str) -> None:
        """Report MarkPlayed when all that is queued now has gone out."""
        self._queue.append(MarkPlayed(name))

    def then(self, order: Order) -> None:
        """Report OrderDue when all that is queued now has gone out; `clear` brings it forward."""
        self._queue.append(OrderDue(order))

    def gain(self, percent: int, ramp_ms: int) -> None:
        """Play at this part of the usual amplitude, reached after `ramp_ms` of playing, until cleared."""
        self._gain.set(percent, ramp_ms)

    def clear(self, fade_ms: int) -> None:
        """Forget sound and marks but for `fade_ms` of sound, which fades out; orders stay.

        What is queued after it is played at full amplitude.
        """
        fade_bytes = min(max(fade_ms, 0), MAX_FADE_MS) * _BYTES_PER_MS
        head = b"".join(item for item in self._queue if isinstance(item, memoryview))[:fade_bytes]
        orders = [item for item in self._queue if isinstance(item, OrderDue)]
        self._queue.clear()
        self._queued_bytes = 0
        self.push(_faded(self._gain.apply(head)))
        self._gain.reset()
        self._queue.extend(orders)

    def next_frame(self) -> PlayedFrame:
        """Take 20 ms, padded with silence, and all the reports that its last sample makes true."""
        if not self._queue:
            return _SILENCE
        pcm = bytearray()
        reports: list[Report] = []
        while self._queue:
            head = self._queue[0]
            if not isinstance(head, memoryview):
                reports.append(head)
                self._queue.popleft()
            elif len(pcm) == FRAME_BYTES:
                break
            else:
                self._take(head, pcm)
        pcm.extend(bytes(FRAME_BYTES - len(pcm)))
        return PlayedFrame(self._gain.apply(bytes(pcm)), tuple(reports))

    def _take(self, head: memoryview, pcm: bytearray) -> None:
        taken = head[: FRAME_BYTES - len(pcm)]
        pcm.extend(taken)
        self._queued_bytes -= len(taken)
        if len(taken) == len(head):
            self._queue.popleft()
        else:
            self._queue[0] = head[len(taken) :]


def _faded(pcm: bytes) -> bytes:
    samples = array("h", pcm)
    n_samples = len(samples)
    return array("h", (s * (n_samples - i) // n_samples for i, s in enumerate(samples))).tobytes()
