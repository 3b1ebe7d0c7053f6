"""Puts what is steered, and what changed of it, into words for the city's people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from integrations.city import City
from integrations.city_models import DAYS
from integrations.messages import MessageCatalogue
from integrations.steering import Closure, Notice, OpeningSwitch, Steering

NOTHING = "aucun"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. title: what. before, after: as it was and is."""

    title: str
    before: str
    after: str


def differences(
    before: Steering, after: Steering, city: City, catalogue: MessageCatalogue
) -> list[Difference]:
    """What changed from one version to another, in the order of the page."""
    old, new = _told(before, city, catalogue), _told(after, city, catalogue)
    return [
        Difference(title, old.get(title, NOTHING), new.get(title, NOTHING))
        for title in dict.fromkeys((*old, *new))
        if old.get(title, NOTHING) != new.get(title, NOTHING)
    ]


def closure_words(closure: Closure, city: City) -> str:
    """A closure in one line."""
    service = city.services.get(closure.service)
    name = service.name if service is not None else closure.service
    reason = f" ({closure.reason})" if closure.reason else ""
    times = f"du {_moment(closure.starts_at, city.timezone)} au {_moment(closure.ends_at, city.timezone)}"
    return f"{name}, {times}{reason}"


def _told(steering: Steering, city: City, catalogue: MessageCatalogue) -> Mapping[str, str]:
    told = {
        "Message d'urgence": _notice(steering.banner, city.timezone),
        "Annonce du jour": _notice(steering.announcement, city.timezone),
        "Prise d'appels": _opening(steering.opening),
        "Question de satisfaction": "posée" if steering.asks_satisfaction else "non posée",
        "Fermetures": "\n".join(closure_words(each, city) for each in steering.closures) or NOTHING,
    }
    for name, message in catalogue.messages.items():
        edit = steering.texts.get(name)
        voice, chat = (edit.voice, edit.chat) if edit is not None else (message.voice, message.chat)
        told[f"Phrase {name}, à la voix"] = "\n".join(voice)
        told[f"Phrase {name}, à l'écran"] = "\n".join(chat) or "comme à la voix"
    return told


def _notice(notice: Notice | None, timezone: ZoneInfo) -> str:
    if notice is None:
        return NOTHING
    start = f", à partir du {_moment(notice.starts_at, timezone)}" if notice.starts_at else ""
    end = f", jusqu'au {_moment(notice.ends_at, timezone)}" if notice.ends_at else ""
    return f"« {notice.text} »{start}{end}"


def _opening(opening: OpeningSwitch) -> str:
    share = f"{opening.share_percent} % des appels"
    if opening.days is None:
        return f"{share}, à toute heure"
    days = (
        f"{name} {day.start:%H:%M} – {day.end:%H:%M}"
        for name, day in zip(DAYS, opening.days, strict=True)
        if day is not None
    )
    return f"{share}, aux heures : {', '.join(days) or 'aucune'}"


def _moment(at: datetime, timezone: ZoneInfo) -> str:
    return at.astimezone(timezone).strftime("%d/%m/%Y %H:%M")
