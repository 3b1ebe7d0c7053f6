"""What agents see: all of a request, names and numbers included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from integrations.backend.catalogue import Catalogue
from integrations.backend.dates import format_date
from integrations.backend.duplicates import Candidate
from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.backend.views import request_view
from integrations.desk_types import DeadLetter


def listed_view(row: Row[Any], n_people: int, catalogue: Catalogue) -> dict[str, Any]:
    """One request in the agents' list; without names and numbers of people."""
    return {**request_view(row, catalogue), "state": row.state, "n_people": n_people}


def detail_view(
    row: ServiceRequest, events: Sequence[RequestEvent], n_people: int, catalogue: Catalogue
) -> dict[str, Any]:
    """One request with its caller and its life. n_people: those of its duplicates included."""
    return {
        **request_view(row, catalogue),
        "state": row.state,
        "n_people": n_people,
        "first_name": row.first_name or None,
        "last_name": row.last_name or None,
        "phone": row.phone or None,
        "email": row.email or None,
        "device_id": row.device_id or None,
        "events": [event_view(event, catalogue) for event in events],
    }


def event_view(event: RequestEvent, catalogue: Catalogue) -> dict[str, Any]:
    """One change, with its author and time."""
    return {
        "id": str(event.id),
        "at": format_date(event.at, catalogue.timezone),
        "author": event.author,
        "state": event.state or None,
        "status": event.status,
        "note": event.note or None,
        "media_url": event.media_url or None,
        "phone": event.phone or None,
        **event.details,
    }


def candidate_view(candidate: Candidate, people: Mapping[int, int], catalogue: Catalogue) -> dict[str, Any]:
    """One request that may be about the same problem."""
    row = candidate.request
    return {
        **request_view(row, catalogue),
        "distance_m": round(candidate.distance_m, 1),
        "n_people": people.get(row.id, row.n_people),
    }


def letter_view(letter: DeadLetter, catalogue: Catalogue) -> dict[str, Any]:
    """One thing that the outbox could not deliver."""
    return {
        "id": letter.id,
        "reference": letter.reference,
        "kind": letter.kind,
        "error": letter.error,
        "attempts": letter.attempts,
        "died_at": format_date(letter.died_at, catalogue.timezone),
    }
