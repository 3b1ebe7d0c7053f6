"""Sets the opening hours of the administration's directory beside the city's, and writes what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from rapidfuzz import fuzz

from integrations.city import City
from integrations.city_edit import Value, change_values
from integrations.city_models import DAYS, OpeningSlot, Service
from integrations.city_yaml import Location
from integrations.directory_import_file import Entry, Hours
from integrations.directory_words import plain

_ENGLISH = dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True)
)
_ALIKE = 85.0
_MAX_COMMENT_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class HoursChange:
    """Hours of a service that the directory knows otherwise. slots: as services.yml writes them."""

    code: str
    entry: str
    modified: str
    before: tuple[OpeningSlot, ...]
    slots: tuple[OpeningSlot, ...]


@dataclass(frozen=True, slots=True)
class HoursFault:
    """A service whose hours could not be taken over, and why."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service without `directory` that an entry of the directory may be."""

    code: str
    directory: str
    entry: str


@dataclass(frozen=True, slots=True)
class DirectoryImport:
    """What the directory says of a city's services. same: codes of those that it confirms."""

    changes: tuple[HoursChange, ...]
    same: tuple[str, ...]
    faults: tuple[HoursFault, ...]
    suggestions: tuple[Suggestion, ...]


def compare(entries: list[Entry], city: City) -> DirectoryImport:
    """What the directory says otherwise than the city's services that name their entry."""
    by_key = {key: entry for entry in entries for key in (entry.id, entry.ancien_code_pivot) if key}
    changes: list[HoursChange] = []
    same: list[str] = []
    faults: list[HoursFault] = []
    for code, service in city.services.items():
        if not service.directory:
            continue
        entry = by_key.get(service.directory)
        try:
            slots = _slots(entry) if entry is not None else ()
        except ValueError as error:
            faults.append(HoursFault(code, f"its hours cannot be read: {_first_line(error)}"))
            continue
        if entry is None:
            faults.append(HoursFault(code, f"the file has no {service.directory}"))
        elif not slots:
            faults.append(HoursFault(code, f"« {entry.nom} » has no hours"))
        elif _keeps(slots) == _keeps(service.plage_ouverture):
            same.append(code)
        else:
            changes.append(
                HoursChange(code, entry.nom, entry.date_modification, service.plage_ouverture, slots)
            )
    suggestions = tuple(_suggestions(entries, city))
    return DirectoryImport(tuple(changes), tuple(same), tuple(faults), suggestions)


def write_hours(found: DirectoryImport, city: City) -> None:
    """Write the hours that changed to services.yml; comments and all other fields stay. Raises EditError."""
    edits: dict[Location, Value] = {
        ("services", change.code, "plage_ouverture"): [_fields(slot) for slot in change.slots]
        for change in found.changes
    }
    if edits:
        change_values(city.folder / "services.yml", edits)


def spoken_slot(slot: OpeningSlot) -> str:
    """A slot on one line: "lundi-vendredi 09:00-12:00 14:00-17:00"."""
    days: str = slot.nom_jour_debut
    if slot.nom_jour_fin != days:
        days += f"-{slot.nom_jour_fin}"
    hours = f"{slot.valeur_heure_debut_1[:5]}-{slot.valeur_heure_fin_1[:5]}"
    if slot.valeur_heure_debut_2 and slot.valeur_heure_fin_2:
        hours += f" {slot.valeur_heure_debut_2[:5]}-{slot.valeur_heure_fin_2[:5]}"
    return f"{days} {hours}" + (f" ({slot.commentaire})" if slot.commentaire else "")


def _slots(entry: Entry) -> tuple[OpeningSlot, ...]:
    slots = [slot for hours in entry.plage_ouverture for slot in _read(hours)]
    return tuple(sorted(slots, key=lambda slot: (DAYS.index(slot.nom_jour_debut), slot.valeur_heure_debut_1)))


def _read(hours: Hours) -> Iterator[OpeningSlot]:
    """A slot as services.yml wants it; a run over the week's end becomes two. ValueError for nonsense."""
    first, last = _day(hours.nom_jour_debut), _day(hours.nom_jour_fin or hours.nom_jour_debut)
    spans = [
        (_clock(start), _clock(end))
        for start, end in (
            (hours.valeur_heure_debut_1, hours.valeur_heure_fin_1),
            (hours.valeur_heure_debut_2, hours.valeur_heure_fin_2),
        )
        if start or end
    ]
    if not spans:
        return
    is_wrapped = DAYS.index(first) > DAYS.index(last)
    for start_day, end_day in ((first, DAYS[-1]), (DAYS[0], last)) if is_wrapped else ((first, last),):
        fields: dict[str, str] = {"nom_jour_debut": start_day, "nom_jour_fin": end_day}
        for number, (start, end) in enumerate(sorted(spans), start=1):
            fields |= {f"valeur_heure_debut_{number}": start, f"valeur_heure_fin_{number}": end}
        comment = " ".join(hours.commentaire.split())[:_MAX_COMMENT_CHARACTERS]
        yield OpeningSlot.model_validate(fields | ({"commentaire": comment} if comment else {}))


def _day(name: str) -> str:
    """A day of the week in French; the directory may write "Nord/Monday"."""
    day = name.rpartition("/")[2].strip().casefold()
    day = _ENGLISH.get(day, day)
    if day not in DAYS:
        raise ValueError(f"unknown day « {name} »")
    return day


def _clock(value: str) -> str:
    """ "9:00", "09:00" and "09:00:00" → "09:00:00"; "24:00" is the last minute of the day."""
    parts = value.strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts):
        raise ValueError(f"unknown hour « {value} »")
    hour, minute = int(parts[0]), int(parts[1])
    return "23:59:00" if (hour, minute) == (24, 0) else f"{hour:02d}:{minute:02d}:00"


def _keeps(slots: tuple[OpeningSlot, ...]) -> frozenset[tuple[int, str, str, str]]:
    """What is kept on each day, however it is written."""
    return frozenset(
        (weekday, start, end, slot.commentaire)
        for slot in slots
        for weekday in range(DAYS.index(slot.nom_jour_debut), DAYS.index(slot.nom_jour_fin) + 1)
        for start, end in (
            (slot.valeur_heure_debut_1, slot.valeur_heure_fin_1),
            (slot.valeur_heure_debut_2, slot.valeur_heure_fin_2),
        )
        if start is not None and end is not None
    )


def _fields(slot: OpeningSlot) -> dict[str, str]:
    fields: Mapping[str, str] = slot.model_dump(exclude_none=True, exclude_defaults=True)
    return dict(fields)


def _suggestions(entries: list[Entry], city: City) -> Iterator[Suggestion]:
    ours = [entry for entry in entries if entry.is_of(city.info.insee)]
    taken = {service.directory for service in city.services.values()}
    for code, service in city.services.items():
        if service.directory:
            continue
        for entry in ours:
            key = entry.ancien_code_pivot or entry.id
            if key and key not in taken and entry.id not in taken and _may_be(entry, service, city):
                yield Suggestion(code, key, entry.nom)
                break


def _may_be(entry: Entry, service: Service, city: City) -> bool:
    phones = {"".join(filter(str.isdecimal, phone.valeur)) for phone in entry.telephone}
    if service.phone and "".join(filter(str.isdecimal, service.phone)) in phones:
        return True
    name = plain(entry.nom).replace(plain(city.info.name), " ").strip(" -")
    return any(fuzz.token_sort_ratio(name, plain(each)) >= _ALIKE for each in (service.name, *service.names))


def _first_line(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"])
    return str(error)
