"""Which service a question about hours or contact is about, narrowed down over a turn or two. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.nearby_query import is_about_nearby
from actions.ranks import chosen_rank
from actions.service_match import SWITCHBOARD, Entry, HeardService, hear_service
from actions.turn import Turn
from integrations.city import City
from integrations.directory_city import CityDirectory
from integrations.opening_hours_parse import parse_when
from integrations.opening_hours_when import General

MISSES_BEFORE_GIVING_UP = 2
# "Vous êtes ouverts ?": the town hall itself.
_YOU = re.compile(r"\b(?:vous|vos|votre)\b", re.IGNORECASE)
_FEW_WORDS = 8
_A_NAME = 6
_AND = re.compile(r"(?:et|puis|ou)\b", re.IGNORECASE)


class Topic(StrEnum):
    """What is asked about a service."""

    HOURS = "hours"
    CONTACT = "contact"


class Which(StrEnum):
    """What the form asks; the value is the form's slot."""

    SERVICE = "service_choice"


class ServiceQuery(BaseModel):
    """What is known of the service that is asked about.

    code: of a service or an authority, "" until it is known. choices: codes to choose from. words: the
    question, answered once the service is known. is_nearby: it is about what lies around the caller.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    topic: Topic = Topic.HOURS
    code: str = ""
    choices: tuple[str, ...] = ()
    words: str = ""
    misses: int = 0
    is_nearby: bool = False
    has_given_up: bool = False

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> ServiceQuery:
        return cls.model_validate(slot or {})

    def store(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)

    def but(self, **changes: Any) -> ServiceQuery:
        return self.model_copy(update=changes)


def entry_of(code: str, city: City) -> Entry | None:
    """The service or authority of a code."""
    return city.services.get(code) or city.authorities.get(code)


def to_ask(query: ServiceQuery) -> Which | None:
    """What the form asks next; None when nothing is left to ask."""
    return None if query.code or query.has_given_up else Which.SERVICE


def begin(topic: Topic, turn: Turn, last: ServiceQuery, directory: CityDirectory) -> ServiceQuery:
    """Start from what the caller asks. last: the service that was told last, if any."""
    query = ServiceQuery(topic=topic, words=turn.text)
    if is_about_nearby(turn.text):
        return query.but(is_nearby=True, has_given_up=True)
    heard = hear_service(turn, directory)
    if heard.entry or heard.choices:
        return _take(query, heard)
    if last.code and turn.text:
        return query.but(code=last.code)
    if _YOU.search(turn.text) and len(turn.text.split()) <= _FEW_WORDS:
        return query.but(code=SWITCHBOARD)
    return query


def advance(query: ServiceQuery, turn: Turn, directory: CityDirectory) -> ServiceQuery | None:
    """Return the query after the caller's answer, None when the turn answers something else."""
    if query.choices:
        rank = chosen_rank(turn.text, len(query.choices))
        if rank is not None:
            return query.but(code=query.choices[rank], choices=())
        if turn.intent == "affirm" and not turn.values("service"):
            return query.but(code=query.choices[0], choices=())
    if not turn.text:
        return None
    heard = hear_service(turn, directory)
    if heard.choices and query.choices:
        # Asked once is enough: the likelier of the two is told by its name.
        heard = HeardService(entry=heard.choices[0])
    if heard.entry or heard.choices:
        return _take(query, heard)
    misses = query.misses + 1
    has_given_up = misses >= MISSES_BEFORE_GIVING_UP or turn.intent in ("deny", "dont_know")
    return query.but(choices=(), misses=misses, has_given_up=has_given_up)


def is_about_another_service(turn: Turn, last: ServiceQuery, directory: CityDirectory) -> bool:
    """Whether a turn such as "et l'état civil ?" asks the same of another service."""
    is_short = len(turn.text.split()) <= _A_NAME and _AND.match(turn.text) is not None
    return bool(last.code) and is_short and hear_service(turn, directory).entry is not None


def is_about_another_day(turn: Turn, last: ServiceQuery, now: datetime) -> bool:
    """Whether a turn such as "et samedi matin ?" goes on about the hours that were just told."""
    if not last.code or last.topic is not Topic.HOURS or len(turn.text.split()) > _FEW_WORDS:
        return False
    return not isinstance(parse_when(turn.text, now), General)


def _take(query: ServiceQuery, heard: HeardService) -> ServiceQuery:
    if heard.entry is not None:
        return query.but(code=heard.entry.code, choices=())
    return query.but(choices=tuple(entry.code for entry in heard.choices))
