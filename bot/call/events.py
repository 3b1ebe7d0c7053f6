"""What can happen to a call; past tense, since it has happened when the machine hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.call.types import Reply, Utterance


class Timer(StrEnum):
    """The clocks a call may have running, at most one of each."""

    NO_INPUT = "no_input"
    FILLER = "filler"
    DIALOGUE = "dialogue"
    KEYS = "keys"
    PROTECTION = "protection"
    RECOGNITION = "recognition"
    VOICE = "voice"
    PLAYBACK = "playback"
    NOISE = "noise"
    MEDIA = "media"
    ENDING = "ending"
    MAX_DURATION = "max_duration"


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Audio flows. caller: the calling number as signalled, "" when withheld."""

    caller: str


@dataclass(frozen=True, slots=True)
class CallerStarted:
    """The caller's voice was heard. at_sample: onset, counted at 16 kHz since the answer."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class CallerWentOn:
    """The turn that started last holds this much speech by now and is not over."""

    speech_ms: int


@dataclass(frozen=True, slots=True)
class CallerStopped:
    """The caller's turn is over; its words follow as CallerSpoke or RecognitionFailed."""


@dataclass(frozen=True, slots=True)
class PartlyHeard:
    """A hypothesis of what the caller is saying; the turn goes on and the text may still change."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class EmergencyHeard:
    """The caller spoke of a danger to people now.

    kind: of danger, for the record and to say its notice once only. notice: whom to call, to be said at once.
    """

    kind: str
    notice: str


@dataclass(frozen=True, slots=True)
class CallerSpoke:
    """The caller's turn is over and recognised; its text is "" when there were no words in the sound."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """The caller's turn is over but the recogniser broke."""


@dataclass(frozen=True, slots=True)
class DtmfPressed:
    """The caller pressed one key."""

    digit: str


@dataclass(frozen=True, slots=True)
class ReplyArrived:
    """The dialogue engine answered the turn of this number."""

    turn: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class DialogueFailed:
    """The dialogue engine will not answer the turn of this number."""

    turn: int


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first sample of what is said under this number is on the line."""

    say_id: int


@dataclass(frozen=True, slots=True)
class SpeechSent:
    """All that is said under this number was handed to the line. for_s: how long it lasts."""

    say_id: int
    for_s: float


@dataclass(frozen=True, slots=True)
class ClausePlayed:
    """The caller has heard one more clause of what is said under this number."""

    say_id: int
    text: str


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """The caller has heard the whole of what was said under this number."""

    say_id: int


@dataclass(frozen=True, slots=True)
class SynthesisFailed:
    """What was to be said under this number has no voice."""

    say_id: int


@dataclass(frozen=True, slots=True)
class MediaLost:
    """Nothing was received from the caller's line for a long time, or ever."""


@dataclass(frozen=True, slots=True)
class MediaBack:
    """The caller's line is received again."""


TransferOutcome = Literal["accepted", "busy", "refused", "no_answer", "failed"]


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """A transfer was accepted by its target, or why it was not. failed: it could not even be tried."""

    outcome: TransferOutcome


@dataclass(frozen=True, slots=True)
class AgentTookOver:
    """Somebody of the city follows this call and wants to have it. extension: of the phone on their desk."""

    extension: str


@dataclass(frozen=True, slots=True)
class TimerFired:
    timer: Timer


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over. by: who ended it."""

    by: Literal["caller", "bot", "line"]


Event = (
    CallAnswered
    | CallerStarted
    | CallerWentOn
    | CallerStopped
    | PartlyHeard
    | EmergencyHeard
    | CallerSpoke
    | RecognitionFailed
    | DtmfPressed
    | ReplyArrived
    | DialogueFailed
    | SpeechStarted
    | SpeechSent
    | ClausePlayed
    | PlaybackEnded
    | SynthesisFailed
    | MediaLost
    | MediaBack
    | TransferEnded
    | AgentTookOver
    | TimerFired
    | HungUp
)
