"""Puts the desk together from the settings: the only place that names its adapters."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import Engine

from integrations.addresses_geocoder import FileFirst, NationalGeocoder, Patience
from integrations.addresses_geocoder_offline import load_house_numbers
from integrations.city import City
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_callbacks_work import CallbackDesk
from integrations.events import Events, NoEvents
from integrations.events_feed import FeedEvents
from integrations.notifications import Carrier, Medium
from integrations.notifications_rules import Limits
from integrations.notifications_sender import SqlNotifications
from integrations.notifications_sms_http import HttpSmsCarrier, SmsGateway
from integrations.notifications_smtp import SmtpCarrier, SmtpSecurity, SmtpServer
from integrations.report_desk import ReportDesk
from integrations.report_desk_embedded import EmbeddedDesk
from integrations.report_desk_foreign import ForeignDesk
from integrations.reports_open311 import Open311Reports
from integrations.settings import Settings
from integrations.steering_reader import CityNow
from integrations.steering_store import SteeringStore

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


def open_desk(settings: Settings, reference_prefix: str, insee: str = "") -> Desk:
    """Return the desk. reference_prefix, insee: those of `City.info`; without `insee` no place is located.

    Raises CityDataError for a file of house numbers that cannot be used.
    """
    geocoder = open_geocoder(settings, insee) if insee else None
    return Desk(open_desk_database(settings), open_reports(settings), reference_prefix, geocoder=geocoder)


def open_geocoder(settings: Settings, insee: str) -> FileFirst:
    """Return what adds coordinates to places: the city's file, then the national geocoder if one is set."""
    online = None
    if settings.geocoder_url:
        patience = Patience(answer_s=settings.geocoder_answer_s)
        online = NationalGeocoder(settings.geocoder_url, insee, time.monotonic, patience)
    return FileFirst(load_house_numbers(settings.city_dir), online)


def open_city_now(settings: Settings, city: City) -> CityNow:
    """Return the city as it is now, exceptional closures included.

    The tables are left as they are: who only asks for hours goes on without them.
    """
    return CityNow(city, SteeringStore(open_database(settings.desk_database)), time.monotonic)


def open_report_desk(settings: Settings, backend_url: str) -> ReportDesk:
    """Return the reports as agents see them; one per event loop. backend_url: of the embedded server."""
    embedded = f"{backend_url.rstrip('/')}/open311/v2/"
    if settings.open311_url and settings.reports_url != embedded:
        return ForeignDesk(settings.reports_url, settings.jurisdiction_id, is_local=settings.is_reports_local)
    return EmbeddedDesk(backend_url, settings.agents_console_key())


def open_callbacks(settings: Settings) -> CallbackDesk:
    """Return the call-backs as agents work on them."""
    return CallbackDesk(open_desk_database(settings))


def open_notifications(settings: Settings) -> SqlNotifications:
    """Return what sends messages to callers; one per event loop. Without gateways it only records.

    Raises ValueError for e-mail without a sender, or an SMS gateway that is not well described.
    """
    carriers: dict[Medium, Carrier] = {}
    if settings.smtp_host:
        carriers[Medium.EMAIL] = _smtp(settings)
    if settings.sms_url.get_secret_value():
        carriers[Medium.SMS] = _sms(settings)
    limits = Limits(settings.sms_prefixes, settings.notify_per_recipient_a_day, settings.notify_all_an_hour)
    return SqlNotifications(open_desk_database(settings), carriers, limits)


def _smtp(settings: Settings) -> SmtpCarrier:
    if "@" not in settings.smtp_from:
        raise ValueError("CALLBOT_SMTP_FROM must be the address that e-mails come from")
    return SmtpCarrier(
        SmtpServer(
            settings.smtp_host,
            settings.smtp_port,
            SmtpSecurity(settings.smtp_security),
            settings.smtp_from,
            settings.smtp_user,
            settings.smtp_password.get_secret_value(),
        )
    )


def _sms(settings: Settings) -> HttpSmsCarrier:
    return HttpSmsCarrier(
        SmsGateway(
            settings.sms_url.get_secret_value(),
            settings.sms_method,
            settings.sms_body.get_secret_value(),
            {name: value.get_secret_value() for name, value in settings.sms_headers.items()},
            settings.sms_accepted,
        )
    )


def open_events(city: City) -> Events:
    """Return the city's calendar; an empty one when the city has given none."""
    source = city.info.events
    return NoEvents() if source is None else FeedEvents(source.kind, source.url, city.timezone)
