"""What the city steers without a restart: announcements, closures, when the machine answers, its sentences.

One frozen document; a change makes a new one. Times are arguments; moments are aware, hours the city's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_NOTICE_CHARACTERS = 300
NoticeText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTICE_CHARACTERS)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Notice(_Part):
    """A sentence for everybody, from one moment to another; None: from now on, until it is taken away."""

    text: NoticeText
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Notice:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise ValueError("the end does not come after the beginning")
        return self

    def is_due(self, at: datetime) -> bool:
        """Whether it is told at a moment."""
        has_begun = self.starts_at is None or self.starts_at <= at
        return has_begun and (self.ends_at is None or at < self.ends_at)


class Closure(_Part):
    """A service that is closed though its hours say otherwise.

    service: its code. reason: as callers hear it, "" for an ordinary "exceptional closure".
    """

    service: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> Closure:
        if self.starts_at >= self.ends_at:
            raise ValueError("the end does not come after the beginning")
        return self


class DayHours(_Part):
    """Hours on the city's clock; an end that does not come after the start is on the next day."""

    start: time
    end: time


class OpeningSwitch(_Part):
    """Which calls the machine answers itself; the others go to the fallback line.

    days: seven, Monday first, None for a day without; None: at all hours.
    share_percent: of the calls within these hours.
    """

    days: tuple[DayHours | None, ...] | None = None
    share_percent: Annotated[int, Field(ge=0, le=100)] = 100

    @model_validator(mode="after")
    def _a_week(self) -> OpeningSwitch:
        if self.days is not None and len(self.days) != 7:
            raise ValueError("a week has seven days")
        return self

    def takes(self, local: datetime, draw: float) -> bool:
        """Whether the machine answers a call. local: now, on the city's clock. draw: as `draw_of` gives."""
        return self.is_within_hours(local) and draw * 100 < self.share_percent

    def is_within_hours(self, local: datetime) -> bool:
        """Whether the machine answers calls at a moment of the city's clock."""
        if self.days is None:
            return True
        clock = local.time()
        today = self.days[local.weekday()]
        yesterday = self.days[(local - timedelta(days=1)).weekday()]
        if yesterday is not None and yesterday.end <= yesterday.start and clock < yesterday.end:
            return True
        if today is None or clock < today.start:
            return False
        return today.end <= today.start or clock < today.end


class MessageEdit(_Part):
    """Other words for one sentence of the city's messages.yml; no `chat`: the voice's are shown."""

    voice: tuple[str, ...]
    chat: tuple[str, ...] = ()


class Steering(_Part):
    """The whole document.

    banner: of an emergency, said before everything else and shown on top of the chat. announcement: of the
    day, after the greeting. asks_satisfaction: callers are asked to rate the call at its end.
    texts: by name of the sentence.
    """

    banner: Notice | None = None
    announcement: Notice | None = None
    opening: OpeningSwitch = OpeningSwitch()
    asks_satisfaction: bool = False
    closures: tuple[Closure, ...] = ()
    texts: Mapping[str, MessageEdit] = Field(default_factory=dict)

    def closures_of(self, service: str) -> tuple[Closure, ...]:
        return tuple(each for each in self.closures if each.service == service)

    def but(self, **changes: object) -> Steering:
        return self.model_copy(update=changes)


def draw_of(call_id: str) -> float:
    """A number from 0 to 1, not 1 itself, that depends on nothing but the call: spread evenly over calls."""
    return int.from_bytes(hashlib.sha256(call_id.encode()).digest()[:6], "big") / 2**48
