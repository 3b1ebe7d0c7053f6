"""Gathers what the bot wants to be said to an agent, which follows its order on the same connection; pure."""

from __future__ import annotations

from wire import media

MAX_WHISPER_FRAMES = 60_000 // media.FRAME_MS


class WhisperBox:
    """Holds one order until its whisper is complete."""

    def __init__(self) -> None:
        self._order: media.Transfer | None = None
        self._frames: list[bytes] = []

    @property
    def is_waiting(self) -> bool:
        """Whether the next sound belongs to the whisper."""
        return self._order is not None and len(self._frames) < self._order.whisper_frames

    def begin(self, order: media.Transfer) -> None:
        """Take an order. Raises WireError when it announces more than anybody would listen to."""
        if order.whisper_frames > MAX_WHISPER_FRAMES:
            raise media.WireError("transfer.whisper_frames: over a minute")
        self._order, self._frames = order, []

    def add(self, pcm: bytes) -> None:
        self._frames.append(pcm)

    def take(self) -> tuple[media.Transfer, bytes] | None:
        """The order and its whole whisper (s16le at 16 kHz), once; None while there is none or it grows."""
        if self._order is None or self.is_waiting:
            return None
        order, self._order = self._order, None
        return order, b"".join(self._frames)
