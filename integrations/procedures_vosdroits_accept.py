"""Writes what was accepted of the official sheets into the city's procedures, and remembers it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from integrations.city import City
from integrations.city_edit import EditError, Value, change_values
from integrations.city_models import Text
from integrations.city_procedures import load_procedures, procedure_files
from integrations.city_yaml import CityDataError, Location, read_yaml
from integrations.procedures_vosdroits import read_sheets, read_titles
from integrations.procedures_vosdroits_compare import (
    Difference,
    Facts,
    Field,
    Official,
    differences,
    likely_sheets,
    official_of,
    sheet_ids,
)

FILE_NAME = "vosdroits.json"
# Procedure → field → what its sheets said when it was accepted.
Accepted = dict[str, dict[str, Facts]]
_ACCEPTED: TypeAdapter[Accepted] = TypeAdapter(Accepted)


@dataclass(frozen=True, slots=True)
class SheetsImport:
    """What the sheets say of a city's procedures.

    officials: procedure → what its sheets say. missing: procedure → its sheets that are not there, or cannot
    be read and why. likely: procedure without a number, a sheet it may be, that sheet's title.
    """

    officials: Mapping[str, Official]
    differences: tuple[Difference, ...]
    missing: Mapping[str, str]
    likely: tuple[tuple[str, str, str], ...]
    accepted: Accepted = field(repr=False)


def compare_sheets(path: Path, city: City) -> SheetsImport:
    """Set a folder or a zip of sheets beside the city's procedures.

    Raises SheetsError, CityDataError, OSError.
    """
    procedures = load_procedures(city)
    hard_words: dict[str, str] = read_yaml(city.folder / "hard_words.yml").validate(dict[Text, Text])
    accepted = _read_accepted(city.folder / FILE_NAME)
    wanted = {each for procedure in procedures.values() for each in sheet_ids(procedure)}
    sheets, faults = read_sheets(path, wanted)
    officials: dict[str, Official] = {}
    found: list[Difference] = []
    missing: dict[str, str] = {}
    for code, procedure in procedures.items():
        official = official_of(procedure, sheets)
        if official is not None:
            officials[code] = official
            found += differences(procedure, official, accepted.get(code, {}), hard_words)
        elif absent := [each for each in sheet_ids(procedure) if each not in sheets]:
            missing[code] = ", ".join(
                f"{each} ({faults[each]})" if each in faults else each for each in absent
            )
    likely = tuple(likely_sheets(procedures.values(), read_titles(path)))
    return SheetsImport(officials, tuple(found), missing, likely, accepted)


def write_accepted(found: SheetsImport, chosen: Collection[Difference], city: City) -> int:
    """Write the proposals of these differences, and remember them; return how many were written.

    The city's data is checked as a whole afterwards; a fault takes every file back to what it was.
    Raises EditError, CityDataError.
    """
    written = [difference for difference in chosen if difference.proposal is not None]
    files = _files_of(city)
    edits: dict[Path, dict[Location, Value]] = {}
    for each in written:
        assert each.proposal is not None
        value: Value = each.proposal if isinstance(each.proposal, str) else list(each.proposal)
        edits.setdefault(files[each.code], {})["procedures", each.code, each.field.value] = value
    before = {path: path.read_bytes() for path in edits}
    try:
        for path, changes in edits.items():
            change_values(path, changes)
        load_procedures(city)
    except (CityDataError, EditError, OSError):
        for path, content in before.items():
            path.write_bytes(content)
        raise
    remember(found, [(each.code, each.field) for each in written], city)
    return len(written)


def remember(found: SheetsImport, fields: Collection[tuple[str, Field]], city: City) -> None:
    """Remember what the sheets say now as known: only what they change from here on is a difference."""
    accepted = {code: dict(facts) for code, facts in found.accepted.items()}
    for code, each in fields:
        accepted.setdefault(code, {})[each.value] = found.officials[code].facts(each)
    path = city.folder / FILE_NAME
    aside = path.with_suffix(".new")
    text = json.dumps(accepted, ensure_ascii=False, indent=1, sort_keys=True)
    aside.write_text(f"{text}\n", encoding="utf-8")
    aside.replace(path)


def _read_accepted(path: Path) -> Accepted:
    if not path.exists():
        return {}
    try:
        return _ACCEPTED.validate_json(path.read_bytes())
    except ValidationError as error:
        raise CityDataError(f"{path}:1: {error.errors()[0]['msg']}") from error


def _files_of(city: City) -> dict[str, Path]:
    return {
        code: path for path in procedure_files(city.folder) for code in read_yaml(path).data["procedures"]
    }
