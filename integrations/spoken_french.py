"""What a caller said, as written French: numbers in digits, streets as the city writes them, no hesitation.

It runs before the dialogue engine, so it changes only what it is sure of. The caller's own words are kept
elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from integrations import references
from integrations.addresses_gazetteer import Gazetteer
from integrations.addresses_heard import announced_number, house_number, name_end
from integrations.addresses_words import kind_at
from integrations.city import City
from integrations.phonetics import words
from integrations.spoken_french_digits import (
    find_phone,
    find_phone_number,
    find_reference,
    find_reference_digits,
    in_pairs,
)
from integrations.spoken_french_fluency import without_hesitation
from integrations.spoken_french_numbers import (
    write_dates,
    write_numbers,
    write_small_house_numbers,
    write_times,
)
from integrations.spoken_french_spelling import find_email, spell_out, write_spelled

__all__ = [
    "find_email",
    "find_phone_number",
    "find_reference_digits",
    "normalise",
    "parse_house_number",
    "spell_out",
]

# Parts that are finished stand aside as one private character each, so that no later step touches them.
_FIRST_KEPT = 0xE200
_KEPT_AT = re.compile("[\ue200-\uf0ff]")
# A street that the city's list does not hold keeps the number in its name: "rue du vingt-quatre août".
_NUMBERED_STREET = re.compile(
    r"\b(?:rue|avenue|boulevard|place|chemin|impasse|allée|route|square) (?:du|des|de la) "
    r"(?:(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|et)"
    r"\b[- ]?)+",
    re.IGNORECASE,
)


def normalise(text: str, city: City) -> str:
    """Write what was said as it would be typed: "douze rue de la spic" is "12 rue de l'Aspic"."""
    kept: list[str] = []
    text = unicodedata.normalize("NFC", text)
    # Nothing but a hesitation is a turn all the same: "hein ?" asks to repeat.
    text = without_hesitation(text) or text
    text = _keep_reference(text, city, kept)
    text = _keep_streets(text, city, kept)
    text = _NUMBERED_STREET.sub(lambda match: _keep(match.group(), kept), text)
    text = _keep_phone(text, kept)
    text = write_times(write_dates(write_small_house_numbers(write_numbers(write_spelled(text)))))
    return _KEPT_AT.sub(lambda match: kept[ord(match.group()) - _FIRST_KEPT], text)


def _keep(part: str, kept: list[str]) -> str:
    kept.append(part)
    return chr(_FIRST_KEPT + len(kept) - 1)


def _keep_reference(text: str, city: City, kept: list[str]) -> str:
    found = find_reference(text)
    if found is None:
        return text
    written = references.format_digits(city.info.reference_prefix, found.digits)
    return f"{text[: found.start]}{_keep(written, kept)}{text[found.end :]}"


def _keep_phone(text: str, kept: list[str]) -> str:
    found = find_phone(text)
    if found is None:
        return text
    return f"{text[: found.start]}{_keep(in_pairs(found.digits), kept)}{text[found.end :]}"


def _keep_streets(text: str, city: City, kept: list[str]) -> str:
    for street in reversed(_gazetteer(city).streets_in(text)):
        kind, _, name = street.name.partition(" ")
        written = _keep(f"{kind.lower()} {name}", kept)
        text = f"{text[: street.start]}{written}{text[street.end :]}"
    return text


@lru_cache(maxsize=4)
def _gazetteer(city: City) -> Gazetteer:
    return Gazetteer(city)


def parse_house_number(text: str) -> str:
    """The house number that an address or a bare answer holds, "12 bis"; "" when there is none."""
    heard = words(write_small_house_numbers(write_numbers(text)))
    for index in range(len(heard)):
        kind, n_words = kind_at(heard, index)
        if kind:
            return house_number(heard, index, name_end(heard, index + n_words))
    return announced_number(heard)
