"""Messages to callers by SMS or e-mail: what can be sent, to whom, and what became of it.

Opt-in: nothing goes out unless the caller agreed to it in that conversation. A message carries a reference or
a link of the city, never the caller's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Medium(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class NoticeKind(StrEnum):
    REFERENCE = "reference"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person.

    to: phone number in any French or international spelling, or e-mail address.
    agreed: the caller said yes to this message. subject: of an e-mail only.
    """

    conversation_id: str
    kind: NoticeKind
    to: str
    text: str
    agreed: bool
    subject: str = ""


class Outcome(StrEnum):
    """What became of a message.

    SENT: the gateway took it. UNCLEAR: it may have; it is never repeated. RECORDED: no gateway is set up, so
    it was only written down and nobody will receive it. FAILED: the gateway did not take it. REFUSED: a
    rule forbids it.
    """

    SENT = "sent"
    UNCLEAR = "unclear"
    RECORDED = "recorded"
    FAILED = "failed"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a message was refused or failed; NONE when it was neither."""

    NONE = ""
    NO_CONSENT = "no_consent"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_MOBILE = "not_a_mobile"
    FOREIGN = "foreign"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. medium: None when `to` was neither a number nor an address."""

    outcome: Outcome
    reason: Reason = Reason.NONE
    medium: Medium | None = None

    @property
    def is_on_its_way(self) -> bool:
        """Whether the caller may be told that it was sent."""
        return self.outcome in (Outcome.SENT, Outcome.UNCLEAR)


class Notifications(Protocol):
    """Sends messages to callers."""

    @property
    def media(self) -> frozenset[Medium]:
        """What can really be sent: offer nothing else to callers."""
        ...

    async def send(self, notice: Notice, now: datetime) -> Receipt:
        """Send a message, once, within a few seconds. now: with time zone.

        The same message of the same conversation within ten minutes is not sent again.
        Raises SQLAlchemyError: then nothing was sent.
        """
        ...

    async def aclose(self) -> None:
        """Let go of the connections."""
        ...


class CarrierError(Exception):
    """A gateway did not take a message. unclear: it may have, for no answer came.

    The message never holds the number, the address or the text.
    """

    def __init__(self, message: str, *, unclear: bool = False) -> None:
        super().__init__(message)
        self.unclear = unclear


class Carrier(Protocol):
    """A gateway of one medium."""

    async def deliver(self, to: str, text: str, subject: str) -> None:
        """Hand a message over. to: as `notifications_rules` writes it. Raises CarrierError."""
        ...

    async def aclose(self) -> None:
        """Let go of the connections."""
        ...
