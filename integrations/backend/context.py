"""What every route of the embedded report system needs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from sqlalchemy import Engine

from integrations.backend.catalogue import Catalogue
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import Format
from integrations.backend.letters import Letters
from integrations.backend.life_store import LifeStore
from integrations.backend.photos import PhotoFolder
from integrations.backend.store import RequestStore


@dataclass(frozen=True, slots=True)
class Context:
    """What the routes work on.

    key: what a client must show to file. jurisdiction_id: ours, "" when we have none. clock: says now.
    agents_key: what the agents' console must show, "" to let nobody in. alert_keys: by sender of alerts.
    letters: the outbox's dead letters. public_url: how the world reaches us, without a slash at its end; ""
    to take the address that a client used.
    """

    catalogue: Catalogue
    engine: Engine
    store: RequestStore
    lives: LifeStore
    photos: PhotoFolder
    letters: Letters
    key: str
    clock: Callable[[], datetime]
    jurisdiction_id: str = ""
    agents_key: str = ""
    alert_keys: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""

    def check_key(self, given: str) -> None:
        """Raise GeoReportError unless the key is ours."""
        if not secrets.compare_digest(given.encode(), self.key.encode()):
            raise GeoReportError(403, "api_key is missing or wrong")

    def check_agents_key(self, given: str) -> None:
        """Raise GeoReportError unless the key is the agents'."""
        is_right = secrets.compare_digest(given.encode(), self.agents_key.encode())
        if not (is_right and self.agents_key):
            raise GeoReportError(403, "the agents' key is missing or wrong")

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
