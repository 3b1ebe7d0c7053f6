"""« Autour de moi »: what is looked for, and from where. Pure: no Rasa, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.place_match import hear_place
from actions.turn import Turn
from integrations.directory_words import plain
from integrations.nearby import Nearby, PublicKind
from integrations.protocols import Addresses, Place

MISSES_BEFORE_GIVING_UP = 2
_AROUND = re.compile(
    r"\bautour (?:de|d)\b|\bpres d ici\b|\bpres de (?:chez )?moi\b|\ba proximite\b"
    r"|\b(?:le|la|les) plus proches?\b|\bdans le coin\b|\ba cote de chez moi\b|\bpas loin de (?:chez )?moi\b"
)
_KINDS = (
    (PublicKind.TOILETS, r"\btoilettes?\b|\bwc\b|\bsanisettes?\b"),
    (PublicKind.PARKING, r"\bparkings?\b|\bme garer\b|\bstationner\b"),
    (PublicKind.SCHOOL, r"\becoles?\b|\bcolleges?\b|\bmaternelles?\b"),
    (PublicKind.LIBRARY, r"\bbibliotheques?\b|\bmediatheques?\b"),
    (PublicKind.POOL, r"\bpiscines?\b"),
    (PublicKind.TOWN_HALL, r"\bmairies?\b"),
    (PublicKind.PARK, r"\bparcs?\b|\bjardins?\b|\bsquares?\b|\bespaces? verts?\b"),
    (PublicKind.MUSEUM, r"\bmusees?\b"),
    (PublicKind.MARKET, r"\bmarches?\b|\bhalles\b"),
    (PublicKind.STATION, r"\bgares?\b"),
    (PublicKind.CEMETERY, r"\bcimetieres?\b"),
    (PublicKind.SPORT, r"\bstades?\b|\bgymnases?\b|\bsport\b"),
)


class Where(StrEnum):
    """What the form asks; the value is the form's slot."""

    PLACE = "nearby_place"


class NearbyQuery(BaseModel):
    """What is looked for, and from where. kind: None for any public place."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: PublicKind | None = None
    place: Place | None = None
    misses: int = 0
    has_given_up: bool = False

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> NearbyQuery:
        return cls.model_validate(slot or {})

    def store(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)

    def but(self, **changes: Any) -> NearbyQuery:
        return self.model_copy(update=changes)


def is_about_nearby(text: str) -> bool:
    """Whether a text asks what is near to whoever says it."""
    return bool(_AROUND.search(plain(text)))


def to_ask(query: NearbyQuery) -> Where | None:
    """What the form asks next; None when nothing is left to ask."""
    return None if query.place or query.has_given_up else Where.PLACE


def begin(turn: Turn, addresses: Addresses) -> NearbyQuery:
    """Start from what the caller asks."""
    said = plain(turn.text)
    kind = next((kind for kind, words in _KINDS if re.search(words, said)), None)
    return NearbyQuery(kind=kind, place=_place(turn, addresses, is_asked=False))


def advance(query: NearbyQuery, turn: Turn, addresses: Addresses) -> NearbyQuery | None:
    """Return the query after the caller's answer, None when the turn answers something else."""
    place = _place(turn, addresses, is_asked=True)
    if place is not None:
        return query.but(place=place)
    if not turn.text:
        return None
    misses = query.misses + 1
    has_given_up = misses >= MISSES_BEFORE_GIVING_UP or turn.intent in ("dont_know", "deny")
    return query.but(misses=misses, has_given_up=has_given_up)


def told(found: Sequence[Nearby]) -> str:
    """Places and their distances as they are said, one sentence each."""
    return " ".join(f"{near.landmark.name} : {_distance(near.distance_m)}." for near in found)


def _distance(metres: int) -> str:
    if metres == 0:
        return "vous y êtes"
    if metres < 1000:
        return f"à environ {metres} mètres"
    kilometres = f"{metres / 1000:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"à environ {kilometres} kilomètre{'s' if metres >= 2000 else ''}"


def _place(turn: Turn, addresses: Addresses, *, is_asked: bool) -> Place | None:
    if turn.position is not None:
        return Place(turn.address or turn.text, latitude=turn.position[0], longitude=turn.position[1])
    heard = hear_place(turn, addresses, is_asked=is_asked) if turn.text else None
    return heard.place or (heard.choices[0] if heard.choices else None) if heard else None
