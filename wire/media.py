"""The `/media` WebSocket protocol, version 1: one connection per call.

Binary messages, both ways, are speech: mono signed 16-bit little-endian PCM at 16 kHz, 20 ms
(320 samples, 640 bytes) each. Text messages are JSON objects whose `event` names one of the
dataclasses below. The audio peer connects; the bot accepts.

Who owns what: the audio peer owns the 20 ms clock. It queues what the bot sends, plays it evenly,
sends silence when its queue is empty, fades on `clear`, and reports `played` when the last sample
queued before a `mark` has gone out, so that the bot knows how much of a sentence was really heard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, get_args

PROTOCOL_VERSION = 1
SUBPROTOCOL = "callbot.media.v1"
SAMPLE_RATE_HZ = 16_000
FRAME_MS = 20
FRAME_SAMPLES = SAMPLE_RATE_HZ * FRAME_MS // 1000
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENT_FRAME = bytes(FRAME_BYTES)
MAX_GAIN_PERCENT = 100

Channel = Literal["phone", "browser"]
MediaState = Literal["absent", "flowing"]
TransferKind = Literal["blind", "attended"]
TransferState = Literal["trying", "ringing", "accepted", "refused", "busy", "no_answer", "failed"]


class WireError(ValueError):
    """A message that is not of this protocol; the connection it came on must be closed."""


@dataclass(frozen=True, slots=True)
class Start:
    """The first message of a connection: a call was answered.

    call_id: chosen by the audio peer, unique for ever; also the dialogue's sender id.
    caller: the calling number as signalled (spoofable), "" when withheld. On the wire: `from`.
    callee: the number or user part that was dialled. On the wire: `to`.
    """

    event: ClassVar[str] = "start"
    call_id: str
    caller: str
    callee: str
    channel: Channel = "phone"
    sample_rate_hz: int = SAMPLE_RATE_HZ
    version: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class Dtmf:
    """One key pressed by the caller (to the bot), or to be pressed towards the caller (from the bot)."""

    event: ClassVar[str] = "dtmf"
    digit: str


@dataclass(frozen=True, slots=True)
class Played:
    """Everything queued before the mark of this name has been played to its last sample."""

    event: ClassVar[str] = "played"
    mark: str


@dataclass(frozen=True, slots=True)
class Media:
    """The caller's audio never came or stopped (`absent`), or came (back) (`flowing`).

    silent_ms: for how long nothing has been received.
    """

    event: ClassVar[str] = "media"
    state: MediaState
    silent_ms: int = 0


@dataclass(frozen=True, slots=True)
class TransferStatus:
    """Progress of a transfer that the bot asked for. code: the SIP status behind it, 0 if none."""

    event: ClassVar[str] = "transfer_status"
    status: TransferState
    code: int = 0


@dataclass(frozen=True, slots=True)
class Hangup:
    """The call is over (to the bot), or is to be ended once the queue is played (from the bot)."""

    event: ClassVar[str] = "hangup"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Report `played` with this name when all audio sent before this message has gone out."""

    event: ClassVar[str] = "mark"
    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Drop the queued audio and its marks, fading out what is being played."""

    event: ClassVar[str] = "clear"
    fade_ms: int = 20


@dataclass(frozen=True, slots=True)
class Gain:
    """Play at `percent` (0 to 100) of the usual amplitude, reached evenly after `ramp_ms`, until `clear`.

    The queue goes on at its pace: somebody seems to speak, and the bot only lowers its voice.
    """

    event: ClassVar[str] = "gain"
    percent: int
    ramp_ms: int = 60


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through to a target, once the queue is played.

    blind: the caller's side is asked to call the target. attended: the audio peer calls the target itself and
    joins the two once whoever answers has accepted by key 1.
    headers: extra SIP headers. whisper_frames: how many of the binary messages that follow this one are not
    for the caller but said to whoever answers an attended transfer.
    """

    event: ClassVar[str] = "transfer"
    to: str
    kind: TransferKind = "blind"
    headers: Mapping[str, str] = field(default_factory=dict)
    whisper_frames: int = 0


ToBot = Start | Dtmf | Played | Media | TransferStatus | Hangup
FromBot = Mark | Clear | Gain | Transfer | Dtmf | Hangup
Message = ToBot | FromBot

_TYPES: dict[str, type[Message]] = {
    cls.event: cls
    for cls in (Start, Dtmf, Played, Media, TransferStatus, Hangup, Mark, Clear, Gain, Transfer)
}
_WIRE_NAMES = {"caller": "from", "callee": "to"}
_DTMF_DIGITS = frozenset("0123456789*#ABCD")
_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("start", "channel"): get_args(Channel),
    ("media", "state"): get_args(MediaState),
    ("transfer_status", "status"): get_args(TransferState),
    ("transfer", "kind"): get_args(TransferKind),
}


def encode(message: Message) -> str:
    """Write one message as JSON text, `event` first."""
    body: dict[str, Any] = {"event": message.event}
    for item in fields(message):
        value = getattr(message, item.name)
        body[_wire_name(message.event, item.name)] = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def decode(text: str | bytes) -> Message:
    """Read one JSON text message; unknown keys are ignored, anything else wrong is a WireError."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise WireError(f"expected an object, got {type(body).__name__}")
    event = body.get("event")
    cls = _TYPES.get(event) if isinstance(event, str) else None
    if cls is None:
        raise WireError("unknown event")
    values = {}
    for item in fields(cls):
        name = _wire_name(cls.event, item.name)
        if name in body:
            values[item.name] = _checked(cls.event, name, item.type, body[name])
    try:
        message = cls(**values)
    except TypeError as error:
        raise WireError(f"{event}: a field is missing") from error
    _check_meaning(message)
    return message


def _wire_name(event: str, field_name: str) -> str:
    return _WIRE_NAMES.get(field_name, field_name) if event == "start" else field_name


def _checked(event: str, name: str, annotation: Any, value: Any) -> Any:
    """Check one field against its annotation (a string: annotations are postponed in this module)."""
    if annotation == "int":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise WireError(f"{event}.{name}: expected a non-negative integer")
    elif annotation == "Mapping[str, str]":
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise WireError(f"{event}.{name}: expected an object of strings")
    elif not isinstance(value, str) or len(value) > 1024:
        raise WireError(f"{event}.{name}: expected a text of at most 1,024 characters")
    choices = _CHOICES.get((event, name))
    if choices is not None and value not in choices:
        raise WireError(f"{event}.{name}: expected one of {', '.join(choices)}")
    return value


def _check_meaning(message: Message) -> None:
    if isinstance(message, Start):
        if message.sample_rate_hz != SAMPLE_RATE_HZ or message.version != PROTOCOL_VERSION:
            raise WireError(f"start: only version {PROTOCOL_VERSION} at {SAMPLE_RATE_HZ} Hz is spoken")
        if not message.call_id:
            raise WireError("start.call_id: empty")
    if isinstance(message, Gain) and message.percent > MAX_GAIN_PERCENT:
        raise WireError(f"gain.percent: expected 0 to {MAX_GAIN_PERCENT}")
    if isinstance(message, Dtmf) and (len(message.digit) != 1 or message.digit not in _DTMF_DIGITS):
        raise WireError("dtmf.digit: expected one of 0-9 * # A-D")
