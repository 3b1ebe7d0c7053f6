"""The statuses that FixMyStreet adds to GeoReport's open and closed."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What an update says became of a request."""

    OPEN = "OPEN"
    INVESTIGATING = "INVESTIGATING"
    IN_PROGRESS = "IN_PROGRESS"
    ACTION_SCHEDULED = "ACTION_SCHEDULED"
    FIXED = "FIXED"
    CLOSED = "CLOSED"
    DUPLICATE = "DUPLICATE"
    NOT_COUNCILS_RESPONSIBILITY = "NOT_COUNCILS_RESPONSIBILITY"
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    INTERNAL_REFERRAL = "INTERNAL_REFERRAL"
    FOR_TRIAGE = "FOR_TRIAGE"
    CANCELLED = "CANCELLED"
    REOPEN = "REOPEN"


_CLOSED = frozenset(
    {
        Status.FIXED,
        Status.CLOSED,
        Status.DUPLICATE,
        Status.NOT_COUNCILS_RESPONSIBILITY,
        Status.NO_FURTHER_ACTION,
        Status.CANCELLED,
    }
)


def read_status(text: str) -> Status | None:
    """Return the status that a text names, in any case, with spaces or underscores; None for another."""
    try:
        return Status("_".join(text.upper().split()))
    except ValueError:
        return None


def is_closed(text: str) -> bool:
    """Whether a status, GeoReport's own or an extended one, says that nothing more will be done."""
    return read_status(text) in _CLOSED
