"""One version of what the city steers, ready for use, and which conversation is bound to which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.call.state import Script
from bot.dialogue.emergency_notice import EmergencyNotices
from bot.wording import call_script
from integrations.city import City
from integrations.messages import Channel, MessageCatalogue
from integrations.messages_edit import with_edits
from integrations.steering import Steering, draw_of
from integrations.steering_reader import with_closures
from integrations.steering_store import UNCHANGED, SteeringVersion


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One version. id: of the version, 0 before the first change. city: with its exceptional closures."""

    id: int
    steering: Steering
    city: City
    catalogue: MessageCatalogue
    script: Script
    notices: EmergencyNotices
    chat_notices: EmergencyNotices

    def banner(self, at: datetime) -> str:
        """What is said before everything else at a moment, "" on an ordinary day."""
        banner = self.steering.banner
        return banner.text if banner is not None and banner.is_due(at) else ""

    def announcement(self, at: datetime) -> str:
        """What is said after the greeting at a moment, "" on an ordinary day."""
        announcement = self.steering.announcement
        return announcement.text if announcement is not None and announcement.is_due(at) else ""

    def script_at(self, at: datetime) -> Script:
        """What a call says by itself that begins at a moment."""
        rating = self.script.rating if self.steering.asks_satisfaction else ""
        return replace(self.script, banner=self.banner(at), announcement=self.announcement(at), rating=rating)

    def takes(self, call_id: str, at: datetime) -> bool:
        """Whether the machine answers a call itself, or passes it on to the fallback line."""
        local = at.astimezone(self.city.timezone)
        return self.steering.opening.takes(local, draw_of(call_id))

    def opening(self, channel: Channel) -> str:
        """The sentence that says that a machine answers."""
        return self.catalogue.variants("call_opening", channel)[0]


def make_edition(
    version: SteeringVersion, city: City, catalogue: MessageCatalogue, *, is_recorded: bool = False
) -> Edition:
    """Raises MessageError when the city's own sentences lack one. catalogue: as in the city's file.

    is_recorded: callers must be told that they are.
    """
    reworded = with_edits(catalogue, version.steering.texts)
    return Edition(
        version.id,
        version.steering,
        with_closures(city, version.steering),
        reworded,
        call_script(reworded, is_recorded=is_recorded),
        EmergencyNotices(reworded),
        EmergencyNotices(reworded, "chat"),
    )


@dataclass(slots=True)
class Editions:
    """The version in force, and the earlier ones that calls in progress began with.

    city, catalogue: as they stand in the city's folder. is_recorded: calls are, and callers are told so.
    """

    city: City
    catalogue: MessageCatalogue
    is_recorded: bool = False
    current: Edition = field(init=False)
    _bound: dict[str, Edition] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.current = self._make(UNCHANGED)

    def change_to(self, version: SteeringVersion) -> Edition:
        """Put a version into force for conversations that begin from now on. Returns the one before."""
        before, self.current = self.current, self._make(version)
        return before

    @contextmanager
    def bound(self, conversation_id: str) -> Iterator[Edition]:
        """Keep the present version for one call until it is over."""
        self._bound[conversation_id] = edition = self.current
        try:
            yield edition
        finally:
            del self._bound[conversation_id]

    def of(self, conversation_id: str) -> Edition:
        """The version that a conversation is bound to; the one in force for chats, which may last a day."""
        return self._bound.get(conversation_id, self.current)

    def _make(self, version: SteeringVersion) -> Edition:
        return make_edition(version, self.city, self.catalogue, is_recorded=self.is_recorded)
