"""What a call can ask of the world; imperative, carried out by the runner in order."""

from __future__ import annotations

from dataclasses import dataclass

from bot.call.events import Timer
from bot.call.types import Expect


@dataclass(frozen=True, slots=True)
class AskDialogue:
    """Hand one turn to the dialogue engine; ReplyArrived or DialogueFailed comes back with its number."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class TellDialogue:
    """Hand something to the dialogue engine that nobody waits for, such as a hang-up."""

    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text after whatever is being said; PlaybackEnded comes back with its number."""

    say_id: int
    text: str


@dataclass(frozen=True, slots=True)
class StopSaying:
    """Stop at once and forget what was to be said."""


@dataclass(frozen=True, slots=True)
class ListenFor:
    """Tell the ears what kind of answer comes next."""

    expect: Expect


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
class HangUp:
    """End the call once what was said has been played."""

    reason: str


Command = (
    AskDialogue
    | TellDialogue
    | Say
    | StopSaying
    | ListenFor
    | StartTimer
    | CancelTimer
    | RequestCallback
    | Transfer
    | HangUp
)
