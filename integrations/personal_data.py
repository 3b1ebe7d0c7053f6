"""Finds what is personal in what callers say and write, and masks it.

Looking for persons loads a model on first use (seconds, about 150 MB) and then costs some milliseconds a
sentence: call it in a thread. Nothing finds every name; what is found too much is masked too much.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from integrations.city import City
from integrations.directory_words import plain
from integrations.personal_data_addresses import find_addresses
from integrations.personal_data_numbers import find_emails, find_identifiers, find_phones
from integrations.personal_data_people import find_people
from integrations.personal_data_types import Kind, Span
from integrations.phonetics import word_spans

__all__ = ["DIRECT_KINDS", "LABELS", "Kind", "Span", "find_personal", "mask", "mask_spans", "public_names"]

# What points at a person by itself. An address may be where the pothole is: masked only when asked for.
DIRECT_KINDS = frozenset({Kind.PHONE, Kind.EMAIL, Kind.PERSON, Kind.IDENTIFIER})
LABELS = {
    Kind.PHONE: "[numéro]",
    Kind.EMAIL: "[adresse e-mail]",
    Kind.PERSON: "[nom]",
    Kind.IDENTIFIER: "[identifiant]",
    Kind.ADDRESS: "[adresse]",
}
# Of two finds that overlap the surer wins.
_ORDER = (Kind.EMAIL, Kind.IDENTIFIER, Kind.PHONE, Kind.ADDRESS, Kind.PERSON)
_MIN_KNOWN_CHARACTERS = 2


def find_personal(
    text: str,
    kinds: Collection[Kind] = DIRECT_KINDS,
    *,
    public: frozenset[str] = frozenset(),
    known: Iterable[str] = (),
) -> list[Span]:
    """Return what is personal in a text, in order, none overlapping another.

    public: names of the city that are no persons, see `public_names`. known: names of persons found
    elsewhere in the conversation, such as the entities of its turns.
    """
    found: list[Span] = []
    if Kind.EMAIL in kinds:
        found += find_emails(text)
    if Kind.IDENTIFIER in kinds:
        found += find_identifiers(text)
    if Kind.PHONE in kinds:
        found += find_phones(text)
    if Kind.ADDRESS in kinds:
        found += find_addresses(text)
    if Kind.PERSON in kinds:
        found += _find_known(text, known)
        found += find_people(text, public)
    return _apart(found)


def mask(
    text: str,
    kinds: Collection[Kind] = DIRECT_KINDS,
    *,
    public: frozenset[str] = frozenset(),
    known: Iterable[str] = (),
) -> str:
    """Return the text with what is personal replaced: "je suis madame [nom], au [numéro]"."""
    return mask_spans(text, find_personal(text, kinds, public=public, known=known))


def mask_spans(text: str, spans: Iterable[Span]) -> str:
    """Return the text with these spans, none overlapping another, replaced by the label of their kind."""
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        text = f"{text[: span.start]}{LABELS[span.kind]}{text[span.end :]}"
    return text


def public_names(city: City) -> frozenset[str]:
    """The names of a city's streets and places, with their kind and without, as `plain` writes them."""
    names: set[str] = set()
    for street in city.streets:
        for name in (street.name, *street.aliases):
            names.add(plain(name))
            core = plain(name.partition(" ")[2])
            # "Place Martin" does not make every Martin a place.
            if " " in core:
                names.add(core)
    for landmark in city.landmarks:
        names.update(plain(name) for name in (landmark.name, *landmark.aliases))
    return frozenset(names)


def _find_known(text: str, known: Iterable[str]) -> Iterable[Span]:
    spans = word_spans(text)
    words = [plain(word) for word, _, _ in spans]
    for name in known:
        wanted = plain(re.sub(r"[^\w'’-]+", " ", name)).split()
        if len("".join(wanted)) < _MIN_KNOWN_CHARACTERS:
            continue
        for index in range(len(words) - len(wanted) + 1):
            if words[index : index + len(wanted)] == wanted:
                yield Span(spans[index][1], spans[index + len(wanted) - 1][2], Kind.PERSON)


def _apart(found: Iterable[Span]) -> list[Span]:
    """Spans of one kind that touch are one; of two kinds the surer stays, and the rest of the other."""
    taken: list[Span] = []
    for kind in _ORDER:
        for span in _merged(each for each in found if each.kind is kind):
            taken += _beyond(span, taken)
    return sorted(taken, key=lambda span: span.start)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end), span.kind)
        else:
            merged.append(span)
    return merged


def _beyond(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What of a span no taken one covers."""
    parts = [span]
    for other in taken:
        cut: list[Span] = []
        for part in parts:
            cut.append(Span(part.start, min(part.end, other.start), part.kind))
            cut.append(Span(max(part.start, other.end), part.end, part.kind))
        is_apart = other.end <= span.start or span.end <= other.start
        parts = parts if is_apart else [part for part in cut if part.start < part.end]
    return parts
