"""The values of a chat: who answers, what a message holds, what waits for a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from bot.call.shown import Button, Card
from bot.call.types import Expect, Reply
from bot.store.chats import NewEntry, SavedEntry


class Mode(StrEnum):
    """Who answers: the machine, nobody yet (a person was asked for), a person; LEFT: nobody came back."""

    BOT = "bot"
    WAITING = "waiting"
    AGENT = "agent"
    LEFT = "left"


class Author(StrEnum):
    VISITOR = "visitor"
    BOT = "bot"
    AGENT = "agent"


class Tone(StrEnum):
    """How a message is shown. ALERT: whom to call in danger. NOTICE: about the chat itself."""

    PLAIN = ""
    ALERT = "alert"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. url: absolute, or a path on the bot's own address. alt: what a screen reader says."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Content:
    """What one message holds.

    payload: what the dialogue engine is given in place of `text`; never shown.
    photo: name of the visitor's photo. position: latitude and longitude that `text` names.
    signature: name of the person who writes, "" for machines.
    """

    text: str
    tone: Tone = Tone.PLAIN
    expect: Expect = Expect.NONE
    buttons: tuple[Button, ...] = ()
    images: tuple[Image, ...] = ()
    cards: tuple[Card, ...] = ()
    payload: str = ""
    photo: str = ""
    position: tuple[float, float] | None = None
    signature: str = ""

    def entry(self, author: Author, client_id: str | None = None, state: str = "done") -> NewEntry:
        """The same as a message to be kept."""
        return NewEntry(author, asdict(self), client_id, state)


_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


def content_of(entry: SavedEntry) -> Content:
    """What a kept message holds."""
    return _CONTENT.validate_python(entry.content)


def shown_reply(reply: Reply, picture_text: str) -> Content:
    """A reply of the dialogue engine as a message. picture_text: what is said of pictures without words."""
    return Content(
        text=reply.text,
        expect=reply.expect,
        buttons=reply.buttons,
        images=tuple(Image(url, picture_text) for url in reply.images if url.startswith("https://")),
        cards=reply.cards,
    )


def view(entry: SavedEntry) -> dict[str, Any]:
    """What a browser is told of a message: no payload leaves the server."""
    content = content_of(entry)
    return {
        "event": "message",
        "seq": entry.seq,
        "at": entry.at.isoformat(timespec="seconds"),
        "author": entry.author,
        "id": entry.client_id or "",
        "text": content.text,
        "tone": content.tone,
        "expect": content.expect,
        "buttons": [button.title for button in content.buttons],
        "images": [asdict(image) for image in content.images],
        "cards": [asdict(card) for card in content.cards],
        "signature": content.signature,
    }


@dataclass(frozen=True, slots=True)
class Attachments:
    """What the visitor gave beside words, until the report that it belongs to is filed.

    photo: its name. address: words for the position ("près de Arènes de Nîmes").
    latitude, longitude: degrees, WGS 84. is_said: the dialogue engine was given the address as words.
    """

    photo: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_said: bool = True

    @classmethod
    def load(cls, saved: Mapping[str, Any]) -> Attachments:
        return cls(**saved)

    def store(self) -> dict[str, Any]:
        return asdict(self)

    def metadata(self, photo_url: str) -> dict[str, object]:
        """What the actions may read beside the words. photo_url: absolute, of `photo`."""
        told: dict[str, object] = {}
        if self.photo:
            told["photo_url"] = photo_url
        if self.latitude is not None and self.longitude is not None:
            told |= {"latitude": self.latitude, "longitude": self.longitude, "address": self.address}
        return told
