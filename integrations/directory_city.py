"""Finds the service that a caller means, or the authority that answers instead of the city."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from integrations.city import City
from integrations.city_models import Service
from integrations.directory_index import Entry, Phrase, build_index, content_sound, content_stems, stem
from integrations.directory_people import without_person
from integrations.directory_words import plain
from integrations.phonetics import sound

_SPELLED = re.compile(r"\b(?:[a-z] ){1,5}[a-z]\b")
# Words as long as these may be misspelled by a letter or two and still be themselves.
_LONG_ENOUGH_TO_BEND = 6
_SAME_WORD = 84.0
_SAME_SOUND = 0.95
# A name that sounds like part of what was said, whatever words the recogniser made of it.
_SOUND_LENGTH = 6
_ALIKE = 88.0
_WORTH_BY_SOUND = 0.85
_ENOUGH = 0.45
_HALF_A_NAME = 0.5
_TELLING = 2.5
# A candidate this far behind the best one is not worth a question.
_FAR_BEHIND = 0.35


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the words may mean. score: 0 to 1."""

    entry: Entry
    score: float

    @property
    def is_of_the_city(self) -> bool:
        """Whether it is a service of the city; otherwise the entry's `say` tells whose it is."""
        return isinstance(self.entry, Service)


class CityDirectory:
    """The services of a city and the authorities around it, found by how people call them."""

    def __init__(self, city: City) -> None:
        self._index = build_index(city)
        self._services = frozenset(city.services)

    def is_service(self, code: str) -> bool:
        """Whether the city has a service of that code."""
        return code in self._services

    def find_services(self, words: str, limit: int = 3) -> tuple[Candidate, ...]:
        """Whom a caller's words may mean, best first; none when nobody is meant.

        A person's name is left aside: "Madame Roux de l'urbanisme" is the urbanism service. Of two candidates
        with close scores the caller had better be asked which one is meant.
        """
        said = without_person(words)
        heard = self._heard(said)
        best: dict[str, Candidate] = {}
        said_sound = sound(plain(said))
        n_telling_sounds = len(content_sound(said))
        for phrase in self._index.phrases:
            score = max(self._by_words(phrase, heard), _by_sound(phrase, said_sound, n_telling_sounds))
            known = best.get(phrase.entry.code)
            if score >= _ENOUGH and (known is None or score > known.score):
                best[phrase.entry.code] = Candidate(phrase.entry, score)
        ranked = sorted(best.values(), key=lambda candidate: -candidate.score)[:limit]
        return tuple(c for c in ranked if c.score >= ranked[0].score - _FAR_BEHIND)

    def _heard(self, said: str) -> dict[str, float]:
        """Stems of the directory that were said, and how like them, 0 to 1, what was said is."""
        telling = self._index.telling
        stems = content_stems(said) + tuple(
            joined
            for spelled in _SPELLED.findall(plain(said))
            if (joined := stem(spelled.replace(" ", ""))) in telling
        )
        heard: dict[str, float] = {}
        for each in stems:
            if each in telling:
                heard[each] = 1.0
                continue
            for other, likeness in self._alike(each):
                heard[other] = max(heard.get(other, 0.0), likeness)
        return heard

    def _alike(self, said: str) -> list[tuple[str, float]]:
        said_sound = sound(said)
        found = [
            (other, _SAME_SOUND)
            for other, other_sound in self._index.sounds.items()
            if len(said_sound) > 2 and other_sound == said_sound
        ]
        if not found and len(said) >= _LONG_ENOUGH_TO_BEND:
            ratios = ((other, fuzz.ratio(said, other)) for other in self._index.telling)
            found = [(other, ratio / 100) for other, ratio in ratios if ratio >= _SAME_WORD]
        return found

    def _by_words(self, phrase: Phrase, heard: dict[str, float]) -> float:
        """How much of a phrase was said, and how much of what was said it explains."""
        telling = self._index.telling
        found = sum(telling[each] * heard.get(each, 0.0) for each in phrase.stems)
        if not found:
            return 0.0
        share = found / sum(telling[each] for each in phrase.stems)
        in_all = sum(telling[each] * likeness for each, likeness in heard.items())
        # Other words may be explained by the other names of the same entry.
        in_entry = sum(
            telling[each] * heard.get(each, 0.0) for each in self._index.stems_of[phrase.entry.code]
        )
        score = phrase.weight * share * math.sqrt((found + in_entry) / (2 * in_all))
        # "la mairie annexe": half a name, but nothing else was said, and few have it.
        is_half_a_name = (
            found >= _TELLING and heard.keys() <= set(phrase.stems) and min(heard.values()) == 1.0
        )
        return max(score, _HALF_A_NAME) if is_half_a_name else score


def _by_sound(phrase: Phrase, said_sound: str, n_telling_sounds: int) -> float:
    """What a phrase scores if it sounds like a part of what was said, however it was cut into words."""
    if len(phrase.sound) < _SOUND_LENGTH or len(said_sound) < len(phrase.sound) - 1:
        return 0.0
    ratio = fuzz.partial_ratio(phrase.sound, said_sound, score_cutoff=_ALIKE)
    explained = min(1.0, len(phrase.sound) / max(n_telling_sounds, 1))
    return phrase.weight * _WORTH_BY_SOUND * ratio / 100 * math.sqrt(explained)
