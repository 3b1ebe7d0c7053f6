"""What is done with a message of the visitor: given to the dialogue engine, or answered by the chat. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.call.shown import ReportCard
from bot.call.types import Expect, Reply
from bot.chat.session import Attachments, Content
from bot.chat.wording import Sentences

# Intents after which what was attached belongs to nothing any more.
_ENDS_REPORT = frozenset({"cancel", "start_over"})


@dataclass(frozen=True, slots=True)
class Ask:
    """Give the dialogue engine these words."""

    text: str
    attachments: Attachments


@dataclass(frozen=True, slots=True)
class Tell:
    """Answer without it."""

    content: Content
    attachments: Attachments = field(default_factory=Attachments)


def plan(content: Content, expect: Expect, held: Attachments, sentences: Sentences) -> Ask | Tell:
    """Decide about a message. expect: what the bot last asked for. held: what was given before.

    Words that would be a command of the dialogue engine ("/restart") are words: only the bot's own
    buttons, in `payload`, may hold one.
    """
    is_idle = expect in (Expect.OPEN, Expect.NONE)
    if content.position is not None:
        return _plan_place(content, is_idle, held, sentences)
    if content.photo:
        held = replace(held, photo=content.photo)
        if not content.payload:
            told = sentences.photo_received_what if is_idle else sentences.photo_received
            return Tell(Content(told, expect=Expect.OPEN if is_idle else expect), held)
    words = content.payload or content.text.lstrip("/ ")
    if not words.startswith("/") and not held.is_said:
        words = f"{words}, {held.address}"
        held = replace(held, is_said=True)
    return Ask(words, held)


def _plan_place(content: Content, is_idle: bool, held: Attachments, sentences: Sentences) -> Ask | Tell:
    """A place that comes before any problem was told waits for it."""
    assert content.position is not None, "only places come here"
    latitude, longitude = content.position
    held = replace(held, address=content.text, latitude=latitude, longitude=longitude, is_said=not is_idle)
    if is_idle:
        told = sentences.place_received_what.format(place=content.text)
        return Tell(Content(told, expect=Expect.OPEN), held)
    return Ask(content.text, held)


def attachments_after(reply: Reply, held: Attachments) -> Attachments:
    """What still waits after a reply: nothing once the report was filed, or given up."""
    intent = (reply.understood.get("intent") or {}).get("name")
    return Attachments() if is_filed(reply) or intent in _ENDS_REPORT else held


def is_filed(reply: Reply) -> bool:
    """Whether a reply tells that a report was filed just now."""
    return any(isinstance(card, ReportCard) and card.reference and card.is_new for card in reply.cards)
