"""Reads the administration's directory, as its API or its export writes it.

The API gives the fields of a service as JSON inside strings, the export as lists; what is missing is an empty
string or null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from integrations.city import City

# The export, the API's answer, or a bare list: everything up to the first service.
_LIST_OF_SERVICES = re.compile(
    r'\s*(?:\{\s*(?:"total_count"\s*:\s*\d+\s*,\s*)?"(?:results|services?)"\s*:\s*)?\[\s*'
)
_BETWEEN = re.compile(r"\s*,?\s*")


class DirectoryError(Exception):
    """The file is not the administration's directory."""


def _unpacked(value: Any) -> Any:
    """A nested field: JSON in a string, a list already, or nothing."""
    if value is None or value == "":
        return []
    return json.loads(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return "" if value is None else value


Nested = BeforeValidator(_unpacked)
Text = Annotated[str, BeforeValidator(_text)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Hours(_Shape):
    """`plage_ouverture` as it comes."""

    nom_jour_debut: Text = ""
    nom_jour_fin: Text = ""
    valeur_heure_debut_1: Text = ""
    valeur_heure_fin_1: Text = ""
    valeur_heure_debut_2: Text = ""
    valeur_heure_fin_2: Text = ""
    commentaire: Text = ""


class Pivot(_Shape):
    type_service_local: Text = ""
    code_insee_commune: tuple[str, ...] = ()


class Phone(_Shape):
    valeur: Text = ""


class Entry(_Shape):
    """One service of the directory, what is used of it."""

    id: Text = ""
    nom: Text = ""
    ancien_code_pivot: Text = ""
    date_modification: Text = ""
    code_insee_commune: Any = ""
    plage_ouverture: Annotated[tuple[Hours, ...], Nested] = ()
    pivot: Annotated[tuple[Pivot, ...], Nested] = ()
    telephone: Annotated[tuple[Phone, ...], Nested] = ()

    def is_of(self, insee: str) -> bool:
        """Whether the service is one of a town."""
        return insee in str(self.code_insee_commune) or any(insee in p.code_insee_commune for p in self.pivot)


def read_directory(path: Path, city: City) -> list[Entry]:
    """The services of a city in the API's answer, the export or a list. Raises DirectoryError, OSError.

    One service at a time, for the export is the whole country's. Entries of ours that cannot be read are left
    out, and then told as missing.
    """
    wanted = {service.directory for service in city.services.values() if service.directory}
    entries: list[Entry] = []
    n_services = 0
    for fields in _services(path):
        n_services += 1
        try:
            entry = Entry.model_validate(fields)
        except ValueError:
            continue
        if entry.is_of(city.info.insee) or entry.id in wanted or entry.ancien_code_pivot in wanted:
            entries.append(entry)
    if not n_services:
        raise DirectoryError(f"{path}: no service of the directory")
    return entries


def _services(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DirectoryError(f"{path}: no UTF-8") from error
    start = _LIST_OF_SERVICES.match(text)
    if start is None:
        raise DirectoryError(f"{path}: no list of services")
    decoder, position = json.JSONDecoder(), start.end()
    while text[position : position + 1] == "{":
        try:
            fields, position = decoder.raw_decode(text, position)
        except ValueError as error:
            raise DirectoryError(f"{path}: broken JSON: {error}") from error
        yield fields
        position = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]
    if text[position : position + 1] != "]":
        raise DirectoryError(f"{path}: broken JSON at character {position}")
