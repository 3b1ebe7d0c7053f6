"""What every route of the embedded report system needs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from integrations.backend.catalogue import Catalogue
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import Format
from integrations.backend.store import RequestStore


@dataclass(frozen=True, slots=True)
class Context:
    """key: what a client must show to file. jurisdiction_id: ours, "" when we have none. clock: says now."""

    catalogue: Catalogue
    store: RequestStore
    key: str
    jurisdiction_id: str
    clock: Callable[[], datetime]

    def check_key(self, given: str) -> None:
        """Raise GeoReportError unless the key is ours."""
        if not secrets.compare_digest(given.encode(), self.key.encode()):
            raise GeoReportError(403, "api_key is missing or wrong")

    def check_jurisdiction(self, given: str) -> None:
        """Raise GeoReportError when another jurisdiction is meant. None given is ours: it is the only one."""
        if self.jurisdiction_id and given not in ("", self.jurisdiction_id):
            raise GeoReportError(404, "jurisdiction_id was not found")


def read_format(name: str) -> Format:
    """Return the format that ends a path. Raises GeoReportError."""
    try:
        return Format(name)
    except ValueError as error:
        raise GeoReportError(404, "the formats are json and xml") from error


def format_of(request: Request) -> Format:
    """Return the format in which to refuse a request whatever its path is."""
    return Format.JSON if request.url.path.endswith(".json") else Format.XML
