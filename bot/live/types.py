"""What is shown of a conversation in progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

Author = Literal["caller", "bot", "agent"]


class Kind(StrEnum):
    """How somebody talks to the callbot."""

    CALL = "call"
    CHAT = "chat"


class Standing(StrEnum):
    """Who has a conversation.

    WAITING: nobody, a person was asked for. TAKING: somebody takes it over and is being called at their desk.
    AGENT: a person of the city. TRANSFERRING: a service is being called.
    """

    BOT = "bot"
    WAITING = "waiting"
    TAKING = "taking"
    AGENT = "agent"
    TRANSFERRING = "transferring"


@dataclass(frozen=True, slots=True)
class Live:
    """A conversation in progress.

    caller: the calling number, "" when there is none or it is withheld. since: when it began.
    waiting_since: when a person was asked for. login, agent: the account that has it or takes it, and its
    name. problem: why the last take-over came to nothing, an outcome of a transfer, "" for none.
    emergency: kind of danger spoken of last, "" for none.
    partial: what is being said right now, as far as it is understood; may still change.
    """

    id: str
    kind: Kind
    since: datetime
    caller: str = ""
    standing: Standing = Standing.BOT
    waiting_since: datetime | None = None
    login: str = ""
    agent: str = ""
    problem: str = ""
    emergency: str = ""
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. images: addresses of pictures that came with it."""

    author: Author
    text: str
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """How a conversation stands, and what was said in it since the update before.

    first: number of the first of `lines`, counted from 0; what was shown from there on is replaced.
    """

    live: Live
    first: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A conversation is over, or is no longer anybody's to see."""

    id: str


class Refusal(StrEnum):
    """Why a call cannot be taken over."""

    GONE = "gone"
    TAKEN = "taken"
    NO_DESK = "no_desk"


class Subscription(Protocol):
    """One follower's view. Whoever is slow gets the newest state, not every step to it."""

    async def next(self) -> list[Update | Over]:
        """Wait for news and return all there is; first everything in progress."""
        ...

    def again(self, conversation_id: str) -> None:
        """Have all that was said in a conversation told once more."""
        ...

    def close(self) -> None: ...


class LiveConversations(Protocol):
    """Conversations in progress, wherever they are carried."""

    def subscribe(self) -> Subscription: ...

    def current(self) -> tuple[Live, ...]:
        """Everything in progress, oldest first."""
        ...

    async def take_call(self, conversation_id: str, login: str, agent: str, extension: str) -> Refusal | None:
        """Have a call put through to somebody's desk; None when that is under way."""
        ...
