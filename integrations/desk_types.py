"""What goes into the desk and comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integrations.protocols import Place, ReportState


@dataclass(frozen=True, slots=True)
class NewReport:
    """What a caller told of one problem.

    conversation_id: the call's or chat's, at most 64 characters.
    problem_code: a key of problem_types.yml. source: "phone" or "chat".
    priority: 1 (within 48 h) to 3. complete: False when the caller left before confirming.
    answers: the category's own questions, attribute code to answer. photo_url: where a photo can be fetched.
    """

    conversation_id: str
    problem_code: str
    description: str
    place: Place
    source: str
    priority: int = 3
    complete: bool = True
    caller_name: str = ""
    caller_phone: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    photo_url: str = ""


@dataclass(frozen=True, slots=True)
class NewCallback:
    """Somebody to be called back. service: a key of services.yml. due_at: by when it was promised."""

    conversation_id: str
    phone: str
    service: str
    reason: str
    due_at: datetime
    caller_name: str = ""


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """What can be told of a report; nothing in it is personal.

    backend_id: its identifier in the city's system, "" until known. delivered: that system has all that the
    desk has. is_current: that system was asked just now; else `state` and what follows are what the desk
    knows by itself.
    """

    reference: str
    problem_code: str
    place_label: str
    requested_at: datetime
    state: ReportState
    backend_id: str
    delivered: bool
    is_current: bool
    updated_at: datetime
    expected_at: datetime | None = None
    status_notes: str = ""


@dataclass(frozen=True, slots=True)
class KnownReport:
    """An open report that may be about what a caller is telling; nothing in it is personal.

    n_people: how many told of it, the first one included. distance_m: metres, 0 at the same address.
    backend_id: its identifier in the city's system, "" until known.
    """

    reference: str
    problem_code: str
    place_label: str
    requested_at: datetime
    n_people: int
    distance_m: float
    backend_id: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something promised that the outbox could not deliver. kind: "report", "completion" or "update"."""

    id: int
    reference: str
    kind: str
    error: str
    attempts: int
    died_at: datetime
