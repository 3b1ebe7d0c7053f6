"""The forms of steering: what people fill in, read into values and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from integrations.city_models import DAYS
from integrations.steering import (
    MAX_NOTICE_CHARACTERS,
    Closure,
    DayHours,
    MessageEdit,
    Notice,
    OpeningSwitch,
    Steering,
)

Form = Mapping[str, str]
_IN_ORDER = "La fin doit venir après le début."


class FormError(ValueError):
    """What is wrong with a form, in French for whoever filled it in."""


def read_notice(form: Form, timezone: ZoneInfo) -> Notice | None:
    """An announcement or a banner; None when its text is empty. Raises FormError."""
    text = " ".join(form.get("text", "").split())
    if not text:
        return None
    if len(text) > MAX_NOTICE_CHARACTERS:
        raise FormError(f"Le texte a {len(text)} caractères, {MAX_NOTICE_CHARACTERS} au plus.")
    starts_at, ends_at = _moment(form, "starts_at", timezone), _moment(form, "ends_at", timezone)
    try:
        return Notice(text=text, starts_at=starts_at, ends_at=ends_at)
    except ValidationError as error:
        raise FormError(_IN_ORDER) from error


def read_closure(form: Form, timezone: ZoneInfo, services: Mapping[str, object]) -> Closure:
    """Raises FormError."""
    if form.get("service") not in services:
        raise FormError("Choisissez un service.")
    starts_at, ends_at = _moment(form, "starts_at", timezone), _moment(form, "ends_at", timezone)
    if starts_at is None or ends_at is None:
        raise FormError("Donnez le début et la fin de la fermeture.")
    reason = " ".join(form.get("reason", "").split())
    if len(reason) > 120:
        raise FormError(f"La raison a {len(reason)} caractères, 120 au plus.")
    try:
        return Closure(service=form["service"], starts_at=starts_at, ends_at=ends_at, reason=reason)
    except ValidationError as error:
        raise FormError(_IN_ORDER) from error


def read_opening(form: Form) -> OpeningSwitch:
    """Raises FormError."""
    share = form.get("share_percent", "")
    if not share.isdecimal() or int(share) > 100:
        raise FormError("La part des appels est un nombre de 0 à 100.")
    if form.get("hours") != "some":
        return OpeningSwitch(share_percent=int(share))
    return OpeningSwitch(
        days=tuple(_day_hours(form, weekday, name) for weekday, name in enumerate(DAYS)),
        share_percent=int(share),
    )


def read_edit(form: Form) -> MessageEdit:
    """Other words for a sentence: one variant a line."""
    voice, chat = (
        tuple(line for each in form.get(field, "").splitlines() if (line := " ".join(each.split())))
        for field in ("voice", "chat")
    )
    return MessageEdit(voice=voice, chat=chat)


def filled(steering: Steering, timezone: ZoneInfo) -> dict[str, dict[str, str]]:
    """What the forms of the first page show of a document, by section."""
    opening = steering.opening
    hours = {"share_percent": str(opening.share_percent), "hours": "all" if opening.days is None else "some"}
    for weekday, day in enumerate(opening.days or ()):
        if day is not None:
            hours[f"start_{weekday}"] = day.start.isoformat("minutes")
            hours[f"end_{weekday}"] = day.end.isoformat("minutes")
    return {
        "banner": _notice_fields(steering.banner, timezone),
        "announcement": _notice_fields(steering.announcement, timezone),
        "opening": hours,
        "rating": {"asks": "on"} if steering.asks_satisfaction else {},
        "closures": {},
    }


def _notice_fields(notice: Notice | None, timezone: ZoneInfo) -> dict[str, str]:
    if notice is None:
        return {}
    moments = {"starts_at": notice.starts_at, "ends_at": notice.ends_at}
    return {
        "text": notice.text,
        **{
            name: at.astimezone(timezone).strftime("%Y-%m-%dT%H:%M")
            for name, at in moments.items()
            if at is not None
        },
    }


def _moment(form: Form, field: str, timezone: ZoneInfo) -> datetime | None:
    text = form.get(field, "")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise FormError("Une date ou une heure n'est pas lisible.") from error
    return at.replace(tzinfo=timezone)


def _day_hours(form: Form, weekday: int, name: str) -> DayHours | None:
    start, end = form.get(f"start_{weekday}", ""), form.get(f"end_{weekday}", "")
    if not start and not end:
        return None
    try:
        return DayHours(start=time.fromisoformat(start), end=time.fromisoformat(end))
    except ValueError as error:
        raise FormError(f"Le {name}, donnez le début et la fin, ou rien.") from error
