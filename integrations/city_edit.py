"""Changes values in a city's YAML files and leaves all the rest as people wrote it, comments too."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from integrations.city_yaml import CityDataError, Location, read_yaml

# A value of the file: text, lists and mappings of text.
Value = str | list[Any] | dict[str, Any]


class EditError(Exception):
    """A file is written in a way in which this value cannot be changed; nothing was written."""


def change_values(path: Path, changes: Mapping[Location, Value]) -> None:
    """Set fields of mappings in a YAML file, those that are there and new ones, in one step.

    changes: place of a field → its new value. Raises CityDataError for a file that cannot be read, EditError
    when the result would not be exactly the old document with these values.
    """
    before = read_yaml(path)
    expected = copy.deepcopy(before.data)
    for location, value in changes.items():
        _parent(path, expected, location)[location[-1]] = value
    text = _changed(path.read_text(encoding="utf-8"), path, changes)
    aside = path.with_name(f"{path.name}.new")
    aside.write_text(text, encoding="utf-8")
    try:
        if read_yaml(aside).data != expected:
            raise EditError(f"{path}: the change cannot be written without changing something else")
        aside.replace(path)
    except CityDataError as error:
        raise EditError(f"{path}: the change would break the file: {error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _parent(path: Path, data: Any, location: Location) -> Any:
    for part in location[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError) as error:
            raise EditError(f"{path}: there is no {'.'.join(map(str, location[:-1]))}") from error
    if not isinstance(data, dict):
        raise EditError(f"{path}: {'.'.join(map(str, location[:-1]))} has no fields")
    return data


def _changed(text: str, path: Path, changes: Mapping[Location, Value]) -> str:
    # The loader written in Python counts its marks in characters; the one in C depends on its build.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    # From the end of the file to its beginning, so that earlier marks stay true.
    spans = [_span(text, root, path, location, value) for location, value in changes.items()]
    for start, end, written in sorted(spans, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _span(
    text: str, root: yaml.Node | None, path: Path, location: Location, value: Value
) -> tuple[int, int, str]:
    """The characters [start, end) that give way, and what comes instead."""
    mapping = root
    for part in location[:-1]:
        mapping = _child(mapping, part)
    if not isinstance(mapping, yaml.MappingNode) or mapping.flow_style or not mapping.value:
        raise EditError(f"{path}: {'.'.join(map(str, location[:-1]))} is not written one field a line")
    indent = mapping.value[0][0].start_mark.column
    for key, node in mapping.value:
        if key.value == location[-1]:
            start = text.index(":", key.end_mark.index) + 1
            return start, _end(text, node), _written(value, indent)
    last = _end(text, mapping)
    line_end = text.find("\n", last)
    line_end = len(text) if line_end < 0 else line_end
    return line_end, line_end, f"\n{' ' * indent}{location[-1]}:{_written(value, indent)}"


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        child: yaml.Node = node.value[part]
        return child
    return None


def _end(text: str, node: yaml.Node) -> int:
    """Where the last character of a value is over; a block's own mark lies after the blank lines below."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip())


def _written(value: Value, indent: int) -> str:
    """A value after its colon; a list of mappings one a line, everything else on the same line."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return "".join(f"\n{' ' * (indent + 2)}- {_inline(each)}" for each in value)
    return f" {_inline(value)}"


def _inline(value: Value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
