"""The life of a request: what may follow what, what counts as settled, and when it is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from integrations.backend.__main__ import MIGRATIONS
from integrations.backend.errors import GeoReportError
from integrations.backend.life import (
    Change,
    Lifetime,
    State,
    check_change,
    count_settled,
    state_meant,
)
from integrations.backend.life_store import LifeStore
from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.database import migrate, open_database, writing
from integrations.open311_statuses import Status, is_closed
from tests.fakes.databases import KINDS, fresh_database

T0 = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FULL = {
    State.ASSIGNED: {"agency": "Voirie"},
    State.CLOSED: {"note": "hors de la commune"},
    State.DUPLICATE: {"duplicate_of": 1},
}


def change(state: State) -> Change:
    return Change("Zoé", state=state, **FULL.get(state, {}))


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (State.RECEIVED, {"triaged", "assigned", "in_progress", "done", "closed", "duplicate"}),
        (State.REOPENED, {"triaged", "assigned", "in_progress", "done", "closed", "duplicate"}),
        (State.ASSIGNED, {"triaged", "assigned", "in_progress", "done", "closed", "duplicate"}),
        (State.DONE, {"closed", "reopened"}),
        (State.CLOSED, {"reopened"}),
        (State.DUPLICATE, {"reopened"}),
    ],
)
def test_what_may_follow_what(state: State, then: set[str]) -> None:
    for wanted in State:
        if wanted.value in then:
            check_change(state, change(wanted))
        else:
            with pytest.raises(GeoReportError, match="cannot become"):
                check_change(state, change(wanted))


@pytest.mark.parametrize(
    "wrong",
    [
        Change("", state=State.TRIAGED),
        Change("Zoé"),
        Change("Zoé", state=State.CLOSED),
        Change("Zoé", state=State.ASSIGNED),
        Change("Zoé", state=State.TRIAGED, agency="Voirie"),
        Change("Zoé", state=State.DUPLICATE),
        Change("Zoé", state=State.DONE, duplicate_of=2),
        Change("Zoé", state=State.DONE, status=Status.OPEN),
        Change("Zoé", note="vu", status=Status.FIXED),
    ],
)
def test_a_change_that_lacks_something_is_refused(wrong: Change) -> None:
    with pytest.raises(GeoReportError) as raised:
        check_change(State.RECEIVED, wrong)
    assert raised.value.status == 400


@pytest.mark.parametrize(
    ("state", "status", "meant"),
    [
        (State.RECEIVED, Status.OPEN, None),
        (State.RECEIVED, Status.FIXED, State.DONE),
        (State.RECEIVED, Status.DUPLICATE, State.CLOSED),
        (State.ASSIGNED, Status.NOT_COUNCILS_RESPONSIBILITY, State.CLOSED),
        (State.DONE, Status.FIXED, None),
        (State.DONE, Status.IN_PROGRESS, None),
        (State.CLOSED, Status.OPEN, State.REOPENED),
        (State.CLOSED, Status.REOPEN, State.REOPENED),
    ],
)
def test_what_an_update_means(state: State, status: Status, meant: State | None) -> None:
    assert state_meant(state, status) == meant


@given(state=st.sampled_from(State), status=st.sampled_from(Status))
def test_no_update_makes_what_agents_could_not(state: State, status: Status) -> None:
    meant = state_meant(state, status)
    if meant is not None:
        check_change(state, change(meant))


def test_every_state_has_a_status_that_is_as_open() -> None:
    assert all(is_closed(state.status) == state.is_settled for state in State)


@pytest.mark.parametrize("kind", KINDS)
def test_since_when_a_request_is_settled(kind: str, tmp_path: Path) -> None:
    lives = {
        "trou": (["received"], None),
        "lampe": (["received", "done"], 1),
        "tag": (["received", "done", "", "closed"], 1),
        "banc": (["received", "done", "reopened"], None),
        "arbre": (["received", "done", "reopened", "in_progress", "closed"], 4),
    }
    with fresh_database(kind, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        for code, (states, _) in lives.items():
            live(engine, code, states)
        found = LifeStore(engine, {}).lifetimes(T0, T0 + HOUR)
        engine.dispose()

    assert {life.service_code: life.settled_at for life in found} == {
        code: None if since_h is None else T0 + since_h * HOUR for code, (_, since_h) in lives.items()
    }


def live(engine: Engine, code: str, states: list[str]) -> None:
    """File a request that goes through states, one an hour; "" is a mere word about it."""
    texts = "description address address_id first_name last_name phone email device_id account_id media_url"
    with writing(engine) as session:
        row = ServiceRequest(
            **dict.fromkeys(texts.split(), ""),
            service_code=code,
            state=[state for state in states if state][-1],
            answers={},
            priority=3,
            source="",
            complete=True,
            requested_at=T0,
            updated_at=T0,
            expected_at=T0,
        )
        session.add(row)
        session.flush()
        for number, state in enumerate(states):
            at = T0 + number * HOUR
            session.add(RequestEvent(request_id=row.id, at=at, author="", state=state, status=""))


def test_48_hours_are_48_hours_when_the_clocks_change() -> None:
    # The clocks go back on 25 October 2026: that day has 25 hours.
    paris = ZoneInfo("Europe/Paris")
    received = datetime(2026, 10, 24, 14, 0, tzinfo=paris).astimezone(UTC)
    same_time_two_days_later = datetime(2026, 10, 26, 14, 0, tzinfo=paris).astimezone(UTC)
    an_hour_before = datetime(2026, 10, 26, 13, 0, tzinfo=paris).astimezone(UTC)
    lives = [Lifetime(1, received, at, "trou") for at in (same_time_two_days_later, an_hour_before)]

    figures = count_settled(lives, timedelta(hours=48), T0)

    assert (figures.in_time, figures.late) == (1, 1)


def test_the_share_settled_in_time() -> None:
    now = T0 + 100 * HOUR
    lives = [
        Lifetime(1, T0, T0 + 48 * HOUR, "trou"),
        Lifetime(1, T0, T0 + 49 * HOUR, "trou"),
        Lifetime(1, T0, None, "trou"),
        Lifetime(1, now - HOUR, None, "trou"),
    ]

    figures = count_settled(lives, 48 * HOUR, now)

    assert (figures.in_time, figures.late, figures.overdue, figures.running) == (1, 1, 1, 1)
    assert figures.share_in_time == 1 / 3
    assert count_settled([], 48 * HOUR, now).share_in_time is None
