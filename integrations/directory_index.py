"""What callers' words are compared with: each way to name a service or authority, as weighted word stems."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from integrations.city import City
from integrations.city_models import Authority, Service
from integrations.directory_words import plain
from integrations.phonetics import sound

_WORD = re.compile(r"[a-z0-9]+")
# Words that name no service: grammar, politeness, what is asked about it.
_EMPTY_WORDS = """
a adresse ai aimerais aller allo alors appeler appelle apres au aujourd auras auriez aussi autre aux
avait avec avoir ayez bah ben besoin bien bon bonjour bonsoir c ca ce cela ces cest cet cette cherche
chercher chez comme comment contacter coordonnees d dans de demain depuis des dimanche dire dites dois
donc donner donnez du elle elles en entre est et etes etre euh eux faire fait faut ferme fermee ferment
fermes heure heures horaire horaires hui il ils j je jeudi joindre jour jours jusqu juste l la le les
leur lui lundi ma madame mail maintenant mais mardi matin me merci mercredi mes mettez mettre midi moi
mon monsieur n ne non nos notre nous numero occupe occupent on ont ou oui ouvert ouverte ouvertes ouverts
ouvre ouvrent par parle parler pas passer passez peut peux plait plus pour pourrais pouvez pres qu quand
que quel quelle quelles quelqu quelque quels qui quoi responsable s sa sais samedi savoir se ses si situe
situee soir soit son sont suis sur svp t telephone tous tout toute toutes tres trop trouve tu un une va
vais vendredi veux vient voici voila vos votre voudrais vouloir vous y
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
# They stand in many names and say little by themselves.
_WEAK_WORDS = "service bureau mairie ville nimes rendez public local centre demande personne humain"
_WEAK_WEIGHT = 0.25
_ANSWER_WEIGHT = 0.92
Entry = Service | Authority


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to name an entry. stems: its words in order; weight: what saying all of it is worth, 0 to 1."""

    entry: Entry
    stems: tuple[str, ...]
    sound: str
    weight: float


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that can be asked for.

    stems_of: all stems of an entry, by its code. telling: how much a stem says; sounds: its sound.
    """

    phrases: tuple[Phrase, ...]
    stems_of: Mapping[str, frozenset[str]]
    telling: Mapping[str, float]
    sounds: Mapping[str, str]


def build_index(city: City) -> Index:
    """Index the services of a city and the authorities that its callers need."""
    phrases = tuple(_phrases([*city.services.values(), *city.authorities.values()]))
    stems_of: dict[str, frozenset[str]] = {}
    for phrase in phrases:
        stems_of[phrase.entry.code] = stems_of.get(phrase.entry.code, frozenset()) | set(phrase.stems)
    entries_with = Counter(each for stems in stems_of.values() for each in stems)
    n_entries = len(stems_of)
    weak = {stem(word) for word in _WEAK_WORDS.split()}
    telling = {
        each: _WEAK_WEIGHT if each in weak else math.log(1 + n_entries / n)
        for each, n in entries_with.items()
    }
    return Index(phrases, stems_of, telling, {each: sound(each) for each in telling})


def _phrases(entries: Iterable[Entry]) -> Iterator[Phrase]:
    for entry in entries:
        for name in (entry.name, *entry.names):
            yield from _phrase(entry, name, 1.0)
        for answer in entry.answers:
            yield from _phrase(entry, answer, _ANSWER_WEIGHT)


def _phrase(entry: Entry, text: str, weight: float) -> Iterator[Phrase]:
    stems = content_stems(text)
    if stems:
        yield Phrase(entry, stems, content_sound(text), weight)


def content_sound(text: str) -> str:
    """The sound of the words that may name something."""
    return sound(" ".join(_said_words(text)))


def content_stems(text: str) -> tuple[str, ...]:
    """The stems of the words that may name something, each once, in order."""
    return tuple(dict.fromkeys(stem(word) for word in _said_words(text)))


def _said_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(plain(text)) if word not in _EMPTY]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Drop the marks of plural and feminine, which a recogniser cannot hear."""
    for ending in ("ales", "aux"):
        if word.endswith(ending) and len(word) > 6:
            return f"{word[: -len(ending)]}al"
    for ending in ("ees", "ee", "es", "er", "ez", "s", "x", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
