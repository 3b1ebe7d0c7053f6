"""A call as the bridge sees it: what it may ask of the SIP side, from any thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from telephony.playout import Order


class Line(Protocol):
    """One call. Nothing here blocks or raises for a call that has ended meanwhile."""

    call_id: str

    def accept(self) -> None: ...
    def end(self, sip_code: int = 0) -> None:
        """Hang up. sip_code: what to refuse with when the call is not answered yet, 0 for 603."""

    def refer(self, to: str, headers: Mapping[str, str]) -> None:
        """Ask the other side to call `to` (number or SIP URI); TransferProgress events follow."""

    def join(self, other: Line) -> None:
        """Let this line and another hear each other from now on; what `play` queues is heard no more."""

    def press(self, digit: str) -> None: ...

    def play(self, pcm: bytes) -> None:
        """Queue mono s16le at 16 kHz. Raises ValueError, PlayoutFullError."""

    def is_playing(self) -> bool:
        """Whether something is queued that has not gone out yet."""

    def mark(self, name: str) -> None: ...
    def clear(self, fade_ms: int) -> None: ...
    def gain(self, percent: int, ramp_ms: int) -> None:
        """Play at this part of the usual amplitude, reached after `ramp_ms`, until the next clear."""

    def then(self, order: Order) -> None:
        """Report OrderDue once all that is queued has been played."""
