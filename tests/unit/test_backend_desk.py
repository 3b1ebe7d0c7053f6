"""The agents' side: the life of requests, duplicates, figures, dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import Engine

from integrations.database import migrate, open_database, writing
from integrations.desk_reports import file_report
from integrations.outbox.store import OutboxStore
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.reports_backend import NOW, Backend, backend_in
from tests.fakes.reports_servers import AGENTS_KEY
from tests.unit.test_desk_filing import REPORT

AGENT = {"X-Api-Key": AGENTS_KEY}


# On both databases what they may see differently; the rest on the quicker one.
both = pytest.mark.parametrize("kind", KINDS, indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def desk(kind: str, tmp_path: Path) -> Iterator[Engine]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with fresh_database(kind, folder) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.fixture
def backend(kind: str, tmp_path: Path, desk: Engine) -> Iterator[Backend]:
    with backend_in(tmp_path, desk=desk, kind=kind) as backend:
        yield backend


def get(backend: Backend, path: str, **params: str) -> Any:
    answer = backend.http.get(f"/desk/v1/{path}", headers=AGENT, params=params)
    assert answer.status_code == 200
    return answer.json()


def act(backend: Backend, request_id: str, **body: object) -> Response:
    backend.clock.now += timedelta(minutes=1)
    return backend.http.post(
        f"/desk/v1/requests/{request_id}/events", headers=AGENT, json={"author": "Zoé", **body}
    )


@both
def test_a_whole_life_with_authors_and_times(backend: Backend) -> None:
    backend.post(attribute__source="phone", phone="0639980001")
    for body in (
        {"state": "triaged"},
        {"state": "assigned", "agency": "Éclairage"},
        {"state": "in_progress", "note": "L'équipe est en route."},
        {"state": "done", "note": "Réparé."},
        {"state": "reopened", "note": "Encore cassé."},
        {"state": "closed", "note": "Hors de la commune.", "status": "NOT_COUNCILS_RESPONSIBILITY"},
    ):
        assert act(backend, "1", **body).status_code == 201

    shown = get(backend, "requests/1")
    assert [event["state"] for event in shown["events"]] == [
        "received",
        "triaged",
        "assigned",
        "in_progress",
        "done",
        "reopened",
        "closed",
    ]
    assert [event["author"] for event in shown["events"]] == ["phone"] + ["Zoé"] * 6
    assert shown["events"][2]["agency"] == "Éclairage"
    assert shown["events"][1]["at"] == "2026-11-23T13:01:00+01:00"
    assert shown["events"][6]["status"] == "NOT_COUNCILS_RESPONSIBILITY"
    assert (shown["state"], shown["phone"]) == ("closed", "0639980001")
    (public,) = backend.get("requests/1.json").json()
    assert (public["status"], public["status_notes"]) == ("closed", "Hors de la commune.")
    assert public["agency_responsible"] == "Éclairage"
    assert "phone" not in public
    assert public["updated_datetime"] == "2026-11-23T13:06:00+01:00"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"state": "closed"}, 400),
        ({"state": "reopened"}, 409),
        ({"state": "broken"}, 400),
        ({"state": "assigned", "agency": "Police"}, 404),
        ({"state": "duplicate", "duplicate_of": "99"}, 404),
        ({"state": "duplicate", "duplicate_of": "1"}, 409),
        ({"priority": 4}, 400),
        ({"unknown": 1}, 400),
    ],
)
def test_a_wrong_change_changes_nothing(backend: Backend, body: dict[str, Any], status: int) -> None:
    backend.post()
    assert act(backend, "1", **body).status_code == status
    assert len(get(backend, "requests/1")["events"]) == 1


def test_the_agents_side_is_for_agents(backend: Backend) -> None:
    backend.post()
    for headers in ({}, {"X-Api-Key": "wrong"}, {"X-Api-Key": ""}):
        for path in ("requests", "agencies", "requests/1", "letters", "figures", "requests/1/duplicates"):
            assert backend.http.get(f"/desk/v1/{path}", headers=headers).status_code == 403
    assert act(backend, "1", author=" ", state="done").status_code == 400


@both
def test_the_list_for_agents_is_filtered(backend: Backend) -> None:
    backend.post(description="Un trou à 100 %", address_string="12 avenue Jean Jaurès", phone="0639980001")
    backend.post(service_code="lampe", description="Éteinte", address_string="3 rue de l'Aspic")
    act(backend, "1", state="assigned", agency="Éclairage")
    for params, found in (
        ({}, ["2", "1"]),
        ({"agency": "Éclairage"}, ["2", "1"]),
        ({"agency": "Voirie"}, []),
        ({"state": "assigned,done"}, ["1"]),
        ({"service_code": "lampe", "text": "aspic"}, ["2"]),
        ({"text": "100 %"}, ["1"]),
        ({"text": "av jaur"}, ["1"]),
        ({"text": "_"}, []),
        ({"start_date": "2026-11-23T13:00:01+01:00"}, []),
        ({"end_date": "2026-11-23T13:00:01+01:00", "page_size": "1"}, ["2"]),
        ({"page": "2", "page_size": "1"}, ["1"]),
    ):
        listed = get(backend, "requests", **params)
        assert [each["service_request_id"] for each in listed["requests"]] == found, params
        assert "0639980001" not in str(listed)
    assert get(backend, "requests", page_size="1")["total"] == 2


@pytest.mark.parametrize(
    "params", [{"state": "x"}, {"page": "0"}, {"page_size": "1001"}, {"start_date": "hier"}, {"page": "-1"}]
)
def test_a_filter_that_makes_no_sense_is_refused(backend: Backend, params: dict[str, str]) -> None:
    assert backend.http.get("/desk/v1/requests", headers=AGENT, params=params).status_code == 400


@both
def test_a_change_that_has_not_seen_the_last_one_is_refused(backend: Backend) -> None:
    backend.post()
    (first,) = (event["id"] for event in get(backend, "requests/1")["events"])
    assert act(backend, "1", note="Je regarde.", last_event=first).status_code == 201
    refused = act(backend, "1", state="done", last_event=first)
    assert (refused.status_code, "meanwhile" in refused.text) == (409, True)
    assert len(get(backend, "requests/1")["events"]) == 2
    assert act(backend, "1", note="x", last_event="y").status_code == 400


@both
def test_a_new_priority_moves_the_due_date(backend: Backend) -> None:
    backend.post()
    assert act(backend, "1", priority=1).json()["expected_datetime"] == "2026-11-25T13:00:00+01:00"
    assert get(backend, "requests/1")["events"][1]["priority"] == "1"


@both
def test_duplicates_are_found_and_merged(backend: Backend) -> None:
    first = {"lat": "43.8300", "long": "4.3600", "address_string": "12 rue de la République"}
    backend.post(**first)
    backend.post(lat="43.8304", long="4.3600", address_string="là")
    backend.post(address_string="12, RUE DE LA REPUBLIQUE, 30000 Nîmes")
    backend.post(lat="43.8305", long="4.3600", address_string="plus loin")
    backend.post(**first, service_code="lampe")
    backend.post(address_string="là")
    backend.post(**first)
    act(backend, "7", state="closed", note="vu")

    found = get(backend, "requests/1/duplicates")
    assert [(row["service_request_id"], row["distance_m"]) for row in found] == [("3", 0.0), ("2", 44.5)]
    assert act(backend, "3", state="duplicate", duplicate_of="1").status_code == 201
    assert act(backend, "2", state="duplicate", duplicate_of="3").status_code == 201

    assert get(backend, "requests/1/duplicates") == []
    assert get(backend, "requests/1")["n_people"] == 3
    assert get(backend, "requests/2")["duplicate_of"] == "1"
    assert act(backend, "1", state="duplicate", duplicate_of="2").status_code == 409
    # Their own duplicates go along.
    assert act(backend, "1", state="duplicate", duplicate_of="4").status_code == 201
    assert get(backend, "requests/2")["duplicate_of"] == "4"
    assert get(backend, "requests/4")["n_people"] == 4
    assert act(backend, "3", state="reopened").status_code == 201
    assert get(backend, "requests/4")["n_people"] == 3


@both
def test_the_share_settled_within_48_hours_comes_from_the_events(backend: Backend) -> None:
    for _ in range(4):
        backend.post(attribute__priority="1")
    backend.post(attribute__priority="3")
    act(backend, "1", state="done")
    act(backend, "2", state="done")
    act(backend, "2", state="reopened")
    act(backend, "4", state="duplicate", duplicate_of="3")
    backend.clock.now = NOW + timedelta(hours=49)
    act(backend, "3", state="done")

    figures = get(backend, "figures", start_date="2026-11-23T00:00:00Z")

    assert figures["priority_1"] == {
        "in_time": 1,
        "late": 1,
        "overdue": 1,
        "running": 0,
        "share_in_time": pytest.approx(1 / 3),
    }
    assert figures["all"]["overdue"] == 2
    assert backend.http.get("/desk/v1/figures?start_date=x", headers=AGENT).status_code == 400


def dead_letter(desk: Engine) -> str:
    with writing(desk) as session:
        reference = file_report(session, REPORT, "NIM", NOW)
    store = OutboxStore(desk, "worker", timedelta(minutes=1))
    parcel = store.claim(NOW)
    assert parcel is not None
    store.dead(parcel, "status 400", NOW)
    return reference


@both
def test_dead_letters_are_seen_and_sent_again_or_settled(backend: Backend, desk: Engine) -> None:
    reference = dead_letter(desk)

    (letter,) = get(backend, "letters")
    assert (letter["reference"], letter["kind"], letter["error"]) == (reference, "report", "status 400")
    path = f"/desk/v1/letters/{letter['id']}"
    assert backend.http.post(f"{path}/send", headers=AGENT).status_code == 200
    assert get(backend, "letters") == []
    assert backend.http.post(f"{path}/send", headers=AGENT).status_code == 404
    parcel = OutboxStore(desk, "worker", timedelta(minutes=1)).claim(NOW)
    assert parcel is not None
    OutboxStore(desk, "worker", timedelta(minutes=1)).dead(parcel, "status 400", NOW)
    settled = backend.http.post(f"{path}/settle", headers=AGENT, json={"service_request_id": "HV-7"})
    assert settled.status_code == 200
    assert get(backend, "letters") == []


@both
def test_the_outbox_in_figures(backend: Backend, desk: Engine) -> None:
    dead_letter(desk)
    with writing(desk) as session:
        file_report(session, REPORT.__class__("call-9", "lampe", "", REPORT.place, "chat"), "NIM", NOW)
    backend.clock.now += timedelta(minutes=2)

    told = backend.http.get("/metrics").text

    assert 'callbot_outbox_parcels{kind="report",state="dead"} 1.0' in told
    assert 'callbot_outbox_parcels{kind="report",state="pending"} 1.0' in told
    assert 'callbot_outbox_attempts{kind="report",state="dead"} 1.0' in told
    assert "callbot_outbox_oldest_pending_seconds 120.0" in told
    assert 'callbot_outbox_parcels{kind="update",state="dead"} 0.0' in told


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_figures_are_not_for_the_world(tmp_path: Path, header: str) -> None:
    with backend_in(tmp_path) as backend:
        assert backend.http.get("/metrics", headers={header: "192.0.2.7"}).status_code == 404
