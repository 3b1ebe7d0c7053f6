"""Puts the desk together from the settings: the only place that names its adapters."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from integrations.city import City
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.events import Events, NoEvents
from integrations.events_feed import FeedEvents
from integrations.reports_open311 import Open311Reports
from integrations.settings import Settings

DESK_MIGRATIONS = Path(__file__).parent / "migrations"


def open_desk_database(settings: Settings) -> Engine:
    """Open the desk's database and bring its tables up to date."""
    engine = open_database(settings.desk_database)
    migrate(engine, DESK_MIGRATIONS)
    return engine


def open_reports(settings: Settings) -> Open311Reports:
    """Return the client of the city's report system; one per event loop."""
    return Open311Reports(
        settings.reports_url,
        settings.reports_key(),
        settings.jurisdiction_id,
        settings.open311_format,
        settings.open311_connect_s,
        settings.open311_answer_s,
        is_local=settings.is_reports_local,
    )


def open_desk(settings: Settings, reference_prefix: str) -> Desk:
    """Return the desk. reference_prefix: `City.info.reference_prefix`."""
    return Desk(open_desk_database(settings), open_reports(settings), reference_prefix)


def open_events(city: City) -> Events:
    """Return the city's calendar; an empty one when the city has given none."""
    source = city.info.events
    return NoEvents() if source is None else FeedEvents(source.kind, source.url, city.timezone)
