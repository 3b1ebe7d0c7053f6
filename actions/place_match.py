"""Finds the place in what the caller said, and grounds it on the city's streets and landmarks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from actions.turn import FALLBACK, Entity, Turn
from integrations.addresses_gazetteer import ACCEPT, ASK, CLOSE
from integrations.protocols import Addresses, Place

PLACE_KINDS = frozenset({"street", "house_number", "landmark", "district"})
# A kind of way and the beginning of a name: "la rue" alone names nothing.
_NAMED_WAY = re.compile(
    r"\b(?:rue|avenue|boulevard|place|placette|chemin|impasse|quai|route|allées?|square|cours|passage|esplanade"
    r"|rond[- ]point|carrefour|montée|ruelle|cité|résidence|quartier|croisement|angle)"
    r"\s+(?:(?:de|du|des|la|le|les|l'|d')\s*)*\w{2,}",
    re.IGNORECASE,
)
# Bare words that answer "where?" may be a name alone, bent by the recogniser, but not just anything.
_BARE_ENOUGH = 0.72
_TELLING = frozenset({"inform", "correct_that", "report_problem", FALLBACK})
_NUMBER = re.compile(r"\b(\d{1,4})\s*(bis|ter|quater)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeardPlace:
    """What a turn says of a place.

    place: the place meant; None when there are several, or none. choices: places that sound alike.
    words: the caller's words for it, "" when the turn says nothing of a place.
    """

    place: Place | None = None
    choices: tuple[Place, ...] = ()
    words: str = ""


def hear_place(turn: Turn, addresses: Addresses, *, is_asked: bool) -> HeardPlace:
    """Ground the place of a turn. is_asked: the bot had just asked where, so any words may be a place."""
    named = place_words(turn)
    if named:
        heard = _ground(named, addresses, ASK)
        if heard.place or heard.choices or not is_asked:
            return heard
    if _NAMED_WAY.search(turn.text):
        return _ground(turn.text, addresses, ASK if is_asked else ACCEPT)
    if not is_asked:
        return HeardPlace()
    return _ground(turn.text, addresses, _BARE_ENOUGH if turn.intent in _TELLING else ACCEPT)


def place_words(turn: Turn) -> str:
    """The stretch of the turn that names a street or a landmark, with its house number; "" without any."""
    spans = [entity for entity in turn.entities if entity.kind in PLACE_KINDS]
    if not any(entity.kind in ("street", "landmark") for entity in spans):
        return ""
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return turn.text[start:end].strip()


def without_place(turn: Turn) -> str:
    """The turn's words but those that name a place: street names are full of trees, fountains and animals."""
    spans: list[Entity] = [entity for entity in turn.entities if entity.kind in PLACE_KINDS]
    text = turn.text
    for span in sorted(spans, key=lambda entity: entity.start, reverse=True):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text


def names_place(turn: Turn) -> bool:
    """Whether the turn names a street or a landmark, known or not."""
    return bool(place_words(turn)) or _NAMED_WAY.search(turn.text) is not None


def house_numbers(turn: Turn) -> tuple[str, ...]:
    """House numbers said by themselves ("au 14", "24 bis"), in order."""
    said = " ".join(turn.values("house_number")) or turn.text
    return tuple(" ".join(part.lower() for part in found if part) for found in _NUMBER.findall(said))


def spoken_where(place: Place) -> str:
    """The place as the bot says it inside a sentence: "au 12 rue de la République"."""
    if not place.is_located:
        return f"dans le quartier {place.district}" if place.district else place.spoken
    label = place.label
    if place.street and place.house_number:
        return f"au {_lower_first(label)}"
    return _lower_first(label) if place.street else label


def _ground(words: str, addresses: Addresses, enough: float) -> HeardPlace:
    """Match words. enough: score below which the best candidate is none."""
    candidates = addresses.match(words)
    if not candidates or candidates[0].score < enough:
        return HeardPlace(words=words)
    best, *others = candidates
    if others and best.score - others[0].score < CLOSE:
        return HeardPlace(choices=(best.place, others[0].place), words=words)
    # A lone doubtful candidate is read back before anything is filed: no need to ask now.
    return HeardPlace(place=replace(best.place, spoken=words), words=words)


def _lower_first(text: str) -> str:
    first, space, rest = text.partition(" ")
    if first and not first[0].isdigit():
        return f"{first[0].lower()}{first[1:]}{space}{rest}"
    # A number comes first: the word after it is the street's type.
    return f"{first}{space}{rest[:1].lower()}{rest[1:]}"
