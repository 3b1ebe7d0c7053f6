"""The life of a request: its states, what may follow what, and whether it was settled in time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from integrations.backend.errors import GeoReportError
from integrations.open311_statuses import Status, is_closed


class State(StrEnum):
    """Where a request is in its life."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will be done about it, or only about the one it repeats."""
        return self in (State.DONE, State.CLOSED, State.DUPLICATE)

    @property
    def open311(self) -> str:
        """The state's name in GeoReport, which knows two."""
        return "closed" if self.is_settled else "open"

    @property
    def status(self) -> Status:
        """The state's name in FixMyStreet's extension."""
        return _STATUSES[self]


OPEN_STATES = tuple(state for state in State if not state.is_settled)
SETTLED_STATES = tuple(state for state in State if state.is_settled)

_STATUSES = {
    State.RECEIVED: Status.OPEN,
    State.TRIAGED: Status.INVESTIGATING,
    State.ASSIGNED: Status.ACTION_SCHEDULED,
    State.IN_PROGRESS: Status.IN_PROGRESS,
    State.DONE: Status.FIXED,
    State.CLOSED: Status.CLOSED,
    State.DUPLICATE: Status.DUPLICATE,
    State.REOPENED: Status.REOPEN,
}
_MEANT = {
    Status.INVESTIGATING: State.TRIAGED,
    Status.FOR_TRIAGE: State.TRIAGED,
    Status.ACTION_SCHEDULED: State.ASSIGNED,
    Status.INTERNAL_REFERRAL: State.ASSIGNED,
    Status.IN_PROGRESS: State.IN_PROGRESS,
    Status.FIXED: State.DONE,
    # Only an agent here can say of which request it is a duplicate.
    Status.DUPLICATE: State.CLOSED,
    Status.CLOSED: State.CLOSED,
    Status.NOT_COUNCILS_RESPONSIBILITY: State.CLOSED,
    Status.NO_FURTHER_ACTION: State.CLOSED,
    Status.CANCELLED: State.CLOSED,
}
_WORKING = (State.TRIAGED, State.ASSIGNED, State.IN_PROGRESS, State.DONE, State.CLOSED, State.DUPLICATE)
_NEXT: Mapping[State, frozenset[State]] = {
    **dict.fromkeys(OPEN_STATES, frozenset(_WORKING)),
    State.DONE: frozenset({State.CLOSED, State.REOPENED}),
    State.CLOSED: frozenset({State.REOPENED}),
    State.DUPLICATE: frozenset({State.REOPENED}),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody does to a request.

    author: who, at most 100 characters. state: what it becomes, None for a mere word or a new priority.
    note: why, for everybody to read. agency: the service it is assigned to. duplicate_of: the identifier of
    the request that it repeats. priority: 1 to 3. status: a finer name for the state, None for its usual one.
    last_event: the newest event that they had seen: with a newer one, the change is refused. None: any.
    """

    author: str
    state: State | None = None
    note: str = ""
    agency: str = ""
    duplicate_of: int | None = None
    priority: int | None = None
    status: Status | None = None
    last_event: int | None = None


def next_states(state: State) -> tuple[State, ...]:
    """What a request in this state can become, in the order of a life."""
    return tuple(each for each in State if each in _NEXT[state])


def check_change(state: State, change: Change) -> None:
    """Raise GeoReportError unless a request in this state may be changed so."""
    if not change.author:
        raise GeoReportError(400, "an author is needed")
    if change.status is not None and (
        change.state is None or is_closed(change.status) != change.state.is_settled
    ):
        raise GeoReportError(400, "the status does not name that state")
    if change.state is None:
        if not change.note and change.priority is None:
            raise GeoReportError(400, "nothing to change: give a state, a priority or a note")
        return
    if change.state not in _NEXT[state]:
        raise GeoReportError(409, f"a request that is {state} cannot become {change.state}")
    if change.state is State.CLOSED and not change.note:
        raise GeoReportError(400, "closing needs its reason, as note")
    if (change.state is State.ASSIGNED) != bool(change.agency):
        raise GeoReportError(400, "a service is given when, and only when, a request is assigned")
    if (change.state is State.DUPLICATE) != (change.duplicate_of is not None):
        raise GeoReportError(400, "duplicate_of is given when, and only when, a request is a duplicate")


def state_meant(state: State, status: Status) -> State | None:
    """Return what an update's status makes of a request in a state; None when it changes nothing."""
    if status in (Status.OPEN, Status.REOPEN):
        meant: State | None = State.REOPENED
    else:
        meant = _MEANT[status]
    if meant == state or meant not in _NEXT[state]:
        return None
    return meant


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What counts of one request. settled_at: None while it is open. priority: 1 to 3."""

    priority: int
    requested_at: datetime
    settled_at: datetime | None
    service_code: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of some requests were settled in time.

    in_time, late: settled. overdue: open beyond the delay. running: open, and the delay is not over.
    """

    in_time: int
    late: int
    overdue: int
    running: int

    @property
    def share_in_time(self) -> float | None:
        """Share of those whose delay is over or that are settled; None when there are none."""
        judged = self.in_time + self.late + self.overdue
        return self.in_time / judged if judged else None


def count_settled(lifetimes: Sequence[Lifetime], delay: timedelta, now: datetime) -> Figures:
    """Count requests by whether they were settled within a delay of elapsed time."""
    counts = dict.fromkeys(("in_time", "late", "overdue", "running"), 0)
    for life in lifetimes:
        took = (life.settled_at or now) - life.requested_at
        if life.settled_at is not None:
            counts["in_time" if took <= delay else "late"] += 1
        else:
            counts["running" if took <= delay else "overdue"] += 1
    return Figures(**counts)
