"""What can happen to a call on its telephone side, as the bridge is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.playout import Report
from wire.media import MediaState


@dataclass(frozen=True, slots=True)
class Answered:
    """The call is up. caller: "" when withheld."""

    caller: str
    callee: str


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that we placed has reached a telephone."""


@dataclass(frozen=True, slots=True)
class Pressed:
    digit: str


@dataclass(frozen=True, slots=True)
class MediaChanged:
    """The other side's RTP stopped or came (back). silent_ms: for how long nothing has been received."""

    state: MediaState
    silent_ms: int


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """sip_code: status of the transferred call as told by the other side, or of its answer to the REFER."""

    sip_code: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over. by_us: this side hung up first. sip_code: the last status, 200 for a normal end."""

    by_us: bool
    sip_code: int
    reason: str


LineEvent = Answered | Ringing | Pressed | MediaChanged | TransferProgress | Ended | Report
