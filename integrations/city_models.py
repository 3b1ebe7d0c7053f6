"""What a city's folder holds, as its people write it; pydantic checks it once, then nothing changes it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from integrations.steering import Closure

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")]
# As it is read aloud, in pairs; short numbers such as 3114 have no fixed grouping.
Phone = Annotated[
    str, StringConstraints(pattern=r"^(?:0\d(?: \d\d){4}|0 8\d\d \d{3} \d{3}|\d{2} ?\d{2}|\d{2,3})$")
]
ClockTime = Annotated[str, StringConstraints(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d:00$")]


def _distinct(phrases: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[str] = set()
    for phrase in phrases:
        if phrase.casefold() in seen:
            raise ValueError(f"« {phrase} » stands twice")
        seen.add(phrase.casefold())
    return phrases


Phrases = Annotated[tuple[Text, ...], AfterValidator(_distinct)]


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name}") from error
    return name


class Model(BaseModel):
    """A part of the city's data: unknown fields are faults, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PhoneLine(Model):
    """A number that the bot reads or dials. a_verifier: not a public fact, the city must check it."""

    number: Phone
    label: Text
    a_verifier: bool = False


class EventsSource(Model):
    """Where the city's events are read from. kind: an iCalendar address (RFC 5545) or an RSS feed."""

    kind: Literal["ical", "rss"]
    url: Url


class CityInfo(Model):
    """city.yml. greeting is what callers hear first; on_call is the city's own night and week-end number.

    events: the city's calendar; None when it has given none, which callers are told.
    """

    name: Text
    spoken_name: Text
    insee: Annotated[str, StringConstraints(pattern=r"^\d[\dAB]\d{3}$")]
    postcodes: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^\d{5}$")], ...], Field(min_length=1)
    ]
    timezone: Annotated[str, AfterValidator(_known_timezone)]
    latitude: float
    longitude: float
    reference_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    greeting: Text
    switchboard: PhoneLine
    on_call: PhoneLine
    fallback: PhoneLine
    emergency_numbers: Annotated[tuple[PhoneLine, ...], Field(min_length=1)]
    portals: dict[Slug, Url]
    events: EventsSource | None = None
    priority_delays_hours: dict[Annotated[int, Field(ge=1, le=3)], Annotated[int, Field(gt=0)]]


class QuestionKind(StrEnum):
    YES_NO = "yes_no"
    OPEN = "open"


class Question(Model):
    """One thing to ask about a problem. code: the Open311 attribute."""

    code: Slug
    text: Text
    kind: QuestionKind
    required: bool = False


class ProblemType(Model):
    """One kind of problem. code: the Open311 `service_code`.

    spoken: how people say it. priority: 1 (within 48 h) to 3. danger: always dangerous at once.
    danger_words: words of the caller that make this one dangerous.
    """

    code: Slug
    category: Slug
    name: Text
    spoken: Annotated[Phrases, Field(min_length=8)]
    questions: tuple[Question, ...] = ()
    priority: Annotated[int, Field(ge=1, le=3)]
    service: Slug
    danger: bool = False
    danger_words: Phrases = ()


DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
Day = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


class OpeningSlot(Model):
    """`plage_ouverture` of the French administration's directory: a run of days, one or two spans."""

    nom_jour_debut: Day
    nom_jour_fin: Day
    valeur_heure_debut_1: ClockTime
    valeur_heure_fin_1: ClockTime
    valeur_heure_debut_2: ClockTime | None = None
    valeur_heure_fin_2: ClockTime | None = None
    commentaire: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> OpeningSlot:
        if DAYS.index(self.nom_jour_debut) > DAYS.index(self.nom_jour_fin):
            raise ValueError("nom_jour_fin comes before nom_jour_debut")
        if (self.valeur_heure_debut_2 is None) != (self.valeur_heure_fin_2 is None):
            raise ValueError("the second span needs both its hours")
        times = [self.valeur_heure_debut_1, self.valeur_heure_fin_1]
        times += [time for time in (self.valeur_heure_debut_2, self.valeur_heure_fin_2) if time is not None]
        if times != sorted(set(times)):
            raise ValueError("hours are not in order")
        return self


class OpeningException(Model):
    """Days on which a service does not keep its weekly hours. No hours: closed."""

    date_debut: dt.date
    date_fin: dt.date
    valeur_heure_debut_1: ClockTime | None = None
    valeur_heure_fin_1: ClockTime | None = None
    valeur_heure_debut_2: ClockTime | None = None
    valeur_heure_fin_2: ClockTime | None = None
    commentaire: Text

    @model_validator(mode="after")
    def _in_order(self) -> OpeningException:
        if self.date_fin < self.date_debut:
            raise ValueError("date_fin comes before date_debut")
        for start, end in (
            (self.valeur_heure_debut_1, self.valeur_heure_fin_1),
            (self.valeur_heure_debut_2, self.valeur_heure_fin_2),
        ):
            if (start is None) != (end is None):
                raise ValueError("a span needs both its hours")
        return self


class Service(Model):
    """A service of the city that callers ask for.

    names: how people call it. answers: what it deals with, as callers would say it.
    transfer_to: the number dialled when a caller is put through; None when the service takes no calls.
    always_open: answers day and night.
    directory: its entry in the administration's directory, by `ancien_code_pivot` or `id`, for its hours.
    closures: exceptional ones, which the city's people tell in the console, never in its file.
    a_verifier: hours, numbers or addresses that are not public facts stand in this entry.
    """

    code: Slug
    name: Text
    names: Annotated[Phrases, Field(min_length=3)]
    answers: Annotated[Phrases, Field(min_length=2)]
    plage_ouverture: tuple[OpeningSlot, ...] = ()
    always_open: bool = False
    closed_on_public_holidays: bool = True
    exceptions: tuple[OpeningException, ...] = ()
    address: Text | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: Phone | None = None
    email: Email | None = None
    url: Url | None = None
    transfer_to: Phone | None = None
    directory: str = ""
    closures: tuple[Closure, ...] = Field(default=(), exclude=True, max_length=0)
    a_verifier: bool = False
    source: str = ""

    @model_validator(mode="after")
    def _hours(self) -> Service:
        if self.always_open == bool(self.plage_ouverture):
            raise ValueError("a service has either plage_ouverture or always_open: true")
        return self


class Authority(Model):
    """Somebody else than the city whom callers need: the prefecture, the water company…"""

    code: Slug
    name: Text
    names: Annotated[Phrases, Field(min_length=2)]
    answers: Annotated[Phrases, Field(min_length=3)]
    say: Text
    phone: Phone | None = None
    url: Url | None = None
    a_verifier: bool = False


class LandmarkKind(StrEnum):
    ADMINISTRATION = "administration"
    CEMETERY = "cemetery"
    CULTURE = "culture"
    DISTRICT = "district"
    HEALTH = "health"
    MARKET = "market"
    MONUMENT = "monument"
    PARK = "park"
    SCHOOL = "school"
    SHOP = "shop"
    SPORT = "sport"
    STATION = "station"


class Landmark(Model):
    """A place that people name instead of a street. aliases: what else it is called."""

    name: Text
    kind: LandmarkKind
    aliases: Phrases = ()
    street: str = ""
    house_number: str = ""
    latitude: float | None = None
    longitude: float | None = None
    a_verifier: bool = False


class Street(Model):
    """A street as the city writes it. aliases: other spellings and the names that people use."""

    name: Text
    aliases: Phrases = ()
    source: Literal["osm", "city"]


class StreetRow(Model):
    """One line of streets.csv; aliases are separated by a bar."""

    name: Text
    aliases: str
    source: Literal["osm", "city"]

    def street(self) -> Street:
        """The street that the line describes. Raises ValidationError when an alias stands twice."""
        aliases = tuple(alias.strip() for alias in self.aliases.split("|") if alias.strip())
        return Street(name=self.name, aliases=aliases, source=self.source)
