"""The city's procedures as the dialogue uses them: found by words or code, told one aspect at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from integrations.city import City
from integrations.city_procedures import Procedure, load_procedures
from integrations.directory_contact import Contact, contact_sentence
from integrations.opening_hours_words import Medium
from integrations.phonetics import number_words
from integrations.procedures_search import Found, ProcedureSearch

TO_CONFIRM = "C'est à confirmer."
# More things than these at once would not be remembered.
_A_BREATH = 4
_CONFIRMED_ALREADY = "confirmer"
# Facts to tell the service; anything else in the list is brought on paper.
_FACT = re.compile(
    r"(?:l'|le |la |les |votre |vos )?(?:adresse|nom|dates?|lieu|numéro|heures?|description)\b", re.I
)


class Aspect(StrEnum):
    """What people ask about a procedure; the values of the entity `procedure_aspect`."""

    DOCUMENTS = "documents"
    PRICE = "price"
    DELAY = "delay"
    WHERE = "where"
    ONLINE = "online"
    WHO = "who"


class Procedures(Protocol):
    """What the city lets people do or obtain."""

    def get(self, code: str) -> Procedure | None:
        """The procedure of a code, None when there is none."""
        ...

    def themes(self) -> Sequence[str]:
        """The names of all themes."""
        ...

    def of_theme(self, theme: str) -> Sequence[Procedure]:
        """The procedures of a theme, empty when there is no such theme."""
        ...

    def search(self, words: str) -> Found:
        """What a caller's words may mean, and whether that is clear."""
        ...

    def summary(self, procedure: Procedure, medium: Medium = Medium.VOICE) -> str:
        """What it is and how it goes, in a few short sentences."""
        ...

    def aspect(self, procedure: Procedure, aspect: Aspect, medium: Medium = Medium.VOICE) -> str:
        """One aspect of it, in short sentences without blank lines."""
        ...


class CatalogueProcedures:
    """The procedures of a city's folder. Implements `Procedures`."""

    def __init__(self, city: City) -> None:
        """Read them. Raises CityDataError; the search loads at the first request, or in `load`."""
        self._city = city
        self._by_code = load_procedures(city)
        self._search = ProcedureSearch(self._by_code.values(), city.authorities.values())

    def load(self) -> None:
        """Make the search ready, about 1.5 s. Raises FileNotFoundError without the word vectors."""
        self._search.load()

    async def keep_fresh(self) -> None:
        """Nothing to do: the folder is read once."""

    def all(self) -> Sequence[Procedure]:
        """Every procedure, themes in the order of their files."""
        return tuple(self._by_code.values())

    def get(self, code: str) -> Procedure | None:
        return self._by_code.get(code)

    def themes(self) -> Sequence[str]:
        return tuple(dict.fromkeys(procedure.theme for procedure in self._by_code.values()))

    def of_theme(self, theme: str) -> Sequence[Procedure]:
        return tuple(procedure for procedure in self._by_code.values() if procedure.theme == theme)

    def search(self, words: str) -> Found:
        return self._search.search(words)

    def summary(self, procedure: Procedure, medium: Medium = Medium.VOICE) -> str:
        return _with_link(procedure.summary, procedure, medium)

    def aspect(self, procedure: Procedure, aspect: Aspect, medium: Medium = Medium.VOICE) -> str:
        match aspect:
            case Aspect.DOCUMENTS:
                return _with_link(_confirmed(_documents(procedure.documents), procedure), procedure, medium)
            case Aspect.PRICE:
                return _confirmed(procedure.price, procedure)
            case Aspect.DELAY:
                return _confirmed(procedure.delay, procedure)
            case Aspect.WHERE:
                return self._where(procedure, medium)
            case Aspect.ONLINE:
                return _online(procedure, medium)
            case Aspect.WHO:
                return _confirmed(procedure.who, procedure)

    def _where(self, procedure: Procedure, medium: Medium) -> str:
        """The service, and its address or else how to reach it; both are confirmed by the directory."""
        service = self._city.services[procedure.where]
        place = contact_sentence(service, Contact.ADDRESS, medium)
        return " ".join(part for part in (f"Le service est : {service.name}.", place) if part)


def _documents(documents: Sequence[str]) -> str:
    """All that is needed, four things a sentence."""
    if not documents:
        return "Il n'y a pas de papier à apporter."
    things = [_inside_a_sentence(document) for document in documents]
    if len(things) == 1:
        return f"Il faut : {things[0]}."
    kind = "choses" if any(_FACT.match(document) for document in documents) else "papiers"
    first, rest = things[:_A_BREATH], things[_A_BREATH:]
    said = [f"Il faut {number_words(len(things))} {kind} : {_enumeration(first)}."]
    while rest:
        said.append(f"Il faut aussi : {_enumeration(rest[:_A_BREATH])}.")
        rest = rest[_A_BREATH:]
    return " ".join(said)


def _enumeration(things: Sequence[str]) -> str:
    """A semicolon is a pause when read aloud, and some things hold commas."""
    return " ; ".join(things)


def _inside_a_sentence(text: str) -> str:
    """An item as it goes on after a colon; abbreviations keep their capitals."""
    text = text.rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _confirmed(text: str, procedure: Procedure) -> str:
    if not procedure.a_verifier or _CONFIRMED_ALREADY in text:
        return text
    return f"{text} {TO_CONFIRM}"


def _online(procedure: Procedure, medium: Medium) -> str:
    if procedure.online is None:
        return "Je ne connais pas de page internet pour cela."
    if medium is Medium.CHAT:
        return f"Tout est expliqué ici : {procedure.online}"
    return "Oui, tout est expliqué sur internet."


def _with_link(text: str, procedure: Procedure, medium: Medium) -> str:
    """The voice spells no link out: the dialogue offers to send it."""
    if medium is Medium.VOICE or procedure.online is None:
        return text
    return f"{text}\n{procedure.online}"
