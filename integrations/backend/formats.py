"""Answers in the two formats of GeoReport v2: the same values as JSON and as XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from fastapi import Response
from pydantic_core import to_json

Values = Mapping[str, Any]


class Format(StrEnum):
    JSON = "json"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Shape:
    """Names of the XML elements. root: around everything. items: of a list's items, by the list's name."""

    root: str
    items: Mapping[str, str]


SERVICES = Shape("services", {"services": "service"})
DEFINITION = Shape("service_definition", {"attributes": "attribute", "values": "value"})
REQUESTS = Shape(
    "service_requests",
    {"service_requests": "request", "attributes": "attribute", "media_urls": "media_url"},
)
# FixMyStreet's spelling.
UPDATES = Shape("service_requests_updates", {"service_requests_updates": "request_update"})
ERRORS = Shape("errors", {"errors": "error"})
ALERTS = Shape("alert", {})
DISCOVERY = Shape("discovery", {"endpoints": "endpoint", "formats": "format", "extensions": "extension"})


def answer(format_: Format, shape: Shape, content: Values | Sequence[Values], status: int = 200) -> Response:
    """Write values; a list is a bare array in JSON and `<root><item>…` in XML."""
    if format_ is Format.JSON:
        return Response(to_json(content), status, media_type="application/json; charset=utf-8")
    root = _element(shape.root, content, shape)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, status, media_type="text/xml; charset=utf-8")


def _element(name: str, value: Any, shape: Shape) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, item, shape) for key, item in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        element.extend(_element(shape.items[name], item, shape) for item in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = str(value)
    return element
