"""One turn of the caller, as the actions see it: read once from Rasa's tracker, then plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

FALLBACK = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing named in the turn. start, end: where its words stand in the turn's text."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What the caller just said, and around it what an action needs to know.

    number: the caller's turns so far, this one included.
    text: the words; "" for a key or a button, which comes as a bare intent.
    leaning: the likeliest intent, even when the engine was not sure enough of it to call it understood.
    caller: the calling number, "" when withheld. channel: "voice" or "chat".
    photo_url: of a photo that came with the words. position: latitude and longitude sent with them, degrees,
        WGS 84; address: what lies there, in words.
    """

    number: int
    text: str
    intent: str
    confidence: float
    leaning: str = ""
    entities: tuple[Entity, ...] = ()
    caller: str = ""
    channel: str = "voice"
    conversation_id: str = ""
    photo_url: str = ""
    position: tuple[float, float] | None = None
    address: str = ""

    @property
    def is_understood(self) -> bool:
        return self.intent != FALLBACK

    def values(self, kind: str) -> tuple[str, ...]:
        """Return the values of the entities of one kind, in the order they were said."""
        return tuple(entity.value for entity in self.entities if entity.kind == kind)


def turn_of(tracker: Tracker) -> Turn:
    """Read the caller's last turn."""
    message: Mapping[str, Any] = tracker.latest_message
    text = str(message.get("text") or "")
    intent: Mapping[str, Any] = message.get("intent") or {}
    name = str(intent.get("name") or "")
    ranking: Sequence[Mapping[str, Any]] = message.get("intent_ranking") or ()
    ranked = [str(entry.get("name")) for entry in ranking if entry.get("name") != FALLBACK]
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    return Turn(
        number=sum(1 for event in tracker.events if event["event"] == "user"),
        text="" if text.startswith("/") else text.strip(),
        intent=name,
        confidence=float(intent.get("confidence") or 0.0),
        leaning=ranked[0] if name == FALLBACK and ranked else name,
        entities=tuple(_entity(entity) for entity in message.get("entities") or ()),
        caller=str(metadata.get("caller") or ""),
        channel="chat" if tracker.get_latest_input_channel() == "chat" else "voice",
        conversation_id=str(tracker.sender_id),
        photo_url=str(metadata.get("photo_url") or ""),
        position=_position(metadata),
        address=str(metadata.get("address") or ""),
    )


def _position(metadata: Mapping[str, Any]) -> tuple[float, float] | None:
    latitude, longitude = metadata.get("latitude"), metadata.get("longitude")
    if latitude is None or longitude is None:
        return None
    return float(latitude), float(longitude)


def _entity(entity: Mapping[str, Any]) -> Entity:
    return Entity(
        kind=str(entity["entity"]),
        value=str(entity["value"]),
        start=int(entity.get("start") or 0),
        end=int(entity.get("end") or 0),
    )
