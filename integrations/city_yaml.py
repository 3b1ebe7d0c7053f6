"""Reads a city's YAML and CSV files and says where they are wrong: file, line and field."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

T = TypeVar("T")
RowT = TypeVar("RowT", bound=BaseModel)
Location = tuple[str | int, ...]
# The compiled loader is five times as fast; PyYAML built without libyaml does not have it.
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class CityDataError(Exception):
    """A city's file cannot be used. The message holds one `file:line: field: reason` per fault."""


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """A YAML document and the line, counted from 1, on which each of its fields stands.

    Every scalar is text: people who know the city edit these files, not programmers, so "14:00" or "non" must
    stay what was written; the model turns text into numbers where it wants numbers.
    """

    path: Path
    data: Any
    lines: Mapping[Location, int]

    def where(self, location: Location) -> str:
        """`file:line` of the deepest part of `location` that the document holds."""
        while location and location not in self.lines:
            location = location[:-1]
        return f"{self.path}:{self.lines.get(location, 1)}"

    def fault(self, location: Location, reason: str) -> str:
        """One line of a CityDataError."""
        return f"{self.where(location)}: {'.'.join(map(str, location))}: {reason}"

    def validate(self, model: type[T] | Any) -> T:
        """Build `model` (a type that pydantic knows) from the document. Raises CityDataError."""
        try:
            result: T = TypeAdapter(model).validate_python(self.data)
        except ValidationError as error:
            faults = [self.fault(tuple(e["loc"]), e["msg"]) for e in error.errors()]
            raise CityDataError("\n".join(faults)) from error
        return result


def read_yaml(path: Path) -> MarkedYaml:
    """Read one document with its line numbers. Raises CityDataError on a missing file or broken YAML."""
    lines: dict[Location, int] = {}
    try:
        with path.open(encoding="utf-8") as file:
            node = yaml.compose(file, Loader=_LOADER)
    except FileNotFoundError as error:
        raise CityDataError(f"{path}:1: the file is missing") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CityDataError(f"{path}:{line}: {error.problem}") from error
    data = _plain(node, (), lines, path)
    return MarkedYaml(path=path, data=data, lines=lines)


def _plain(node: yaml.Node | None, location: Location, lines: dict[Location, int], path: Path) -> Any:
    if node is None:
        return None
    lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*location, index), lines, path) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                raise CityDataError(f"{path}:{line}: {'.'.join(map(str, (*location, key)))}: stands twice")
            lines[(*location, key)] = line
            result[key] = _plain(value_node, (*location, key), lines, path)
        return result
    is_quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
    return None if not is_quoted and node.value in ("", "~", "null") else node.value


def read_rows(path: Path, model: type[RowT]) -> Iterator[tuple[int, RowT]]:
    """Yield each row of a CSV file with a header, and its line counted from 1. Raises CityDataError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield reader.line_num, model.model_validate(row)
    except FileNotFoundError as error:
        raise CityDataError(f"{path}:1: the file is missing") from error
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise CityDataError("\n".join(f"{path}:{reader.line_num}: {reason}" for reason in reasons)) from error
