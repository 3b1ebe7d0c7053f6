"""What a call can ask of the world; imperative, carried out by the runner in order."""

from __future__ import annotations

from dataclasses import dataclass

from bot.call.events import Timer
from bot.call.types import USUAL_DELIVERY, Delivery, Expect


@dataclass(frozen=True, slots=True)
class AskDialogue:
    """Hand one turn to the dialogue engine; ReplyArrived or DialogueFailed comes back with its number.

    unheard: what the bot was still saying when the caller cut it off, from the clause that was cut on.
    """

    turn: int
    text: str
    unheard: str = ""


@dataclass(frozen=True, slots=True)
class TellDialogue:
    """Hand something to the dialogue engine that nobody waits for, such as a hang-up."""

    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text after whatever is being said; PlaybackEnded comes back with its number."""

    say_id: int
    text: str
    delivery: Delivery = USUAL_DELIVERY


@dataclass(frozen=True, slots=True)
class SayFirst:
    """Say a short text before a Say that is not heard yet; nothing once that is. Nothing is told of it.

    say_id: the other one's number, negated.
    """

    say_id: int
    text: str
    delivery: Delivery = USUAL_DELIVERY


@dataclass(frozen=True, slots=True)
class StopSaying:
    """Stop at once and forget what was to be said; what is said next is as loud as ever."""


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Record no more, and keep nothing of what was recorded of this call."""


@dataclass(frozen=True, slots=True)
class Duck:
    """Go on more quietly: somebody seems to speak. percent: of the usual amplitude, after `ramp_ms`."""

    percent: int
    ramp_ms: int


@dataclass(frozen=True, slots=True)
class Unduck:
    """Come back to the usual loudness."""

    ramp_ms: int


@dataclass(frozen=True, slots=True)
class ListenFor:
    """Tell the ears what kind of answer comes next. near: what was heard last, if not understood.

    phrases: what the dialogue engine says the answer is likely to hold.
    """

    expect: Expect
    phrases: tuple[str, ...] = ()
    near: str = ""


@dataclass(frozen=True, slots=True)
class CutTurn:
    """End the turn that is being heard now, though the sound goes on; its words are still recognised."""


@dataclass(frozen=True, slots=True)
class RestartEars:
    """Give up every recognition that is under way: it hangs."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Start or restart a timer; TimerFired comes back unless it is cancelled."""

    timer: Timer
    after_s: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    timer: Timer


@dataclass(frozen=True, slots=True)
class RequestCallback:
    """Record that a person must call this caller back, because the machine failed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through to a service of the city, "" for the fallback line.

    summary: what to tell whoever answers there before the caller is put through; "" when nothing is known.
    """

    service: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class RecordRating:
    """Record what the caller thinks of the call."""

    is_satisfied: bool


@dataclass(frozen=True, slots=True)
class TransferToAgent:
    """Put the caller through to the phone on somebody's desk. summary: as for `Transfer`."""

    extension: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once what was said has been played."""

    reason: str


@dataclass(frozen=True, slots=True)
class Abandon:
    """Leave the call to telephony, which plays its recorded apology: the bot has no voice any more."""


Command = (
    AskDialogue
    | TellDialogue
    | Say
    | SayFirst
    | StopSaying
    | StopRecording
    | Duck
    | Unduck
    | ListenFor
    | CutTurn
    | RestartEars
    | StartTimer
    | CancelTimer
    | RequestCallback
    | Transfer
    | RecordRating
    | TransferToAgent
    | HangUp
    | Abandon
)
