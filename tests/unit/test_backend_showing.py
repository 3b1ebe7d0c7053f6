"""What the embedded server shows: lists, filters, discovery, refusals in both formats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from integrations.backend.life import State
from integrations.backend.models import RequestEvent, ServiceRequest
from tests.fakes.reports_backend import NOW, Backend, backend_in


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    with backend_in(tmp_path) as backend:
        yield backend


def test_a_closed_request_is_closed_in_open311(backend: Backend) -> None:
    for _ in range(3):
        backend.post()
    with Session(backend.database) as session, session.begin():
        session.get_one(ServiceRequest, 2).state = State.TRIAGED
        session.get_one(ServiceRequest, 3).state = State.CLOSED

    def ids(status: str) -> list[str]:
        rows = backend.get("requests.json", status=status).json()
        return [row["service_request_id"] for row in rows]

    assert ids("closed") == ["3"]
    assert ids("open") == ["2", "1"]
    assert ids("open,closed") == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, True),
        ({"start_date": "2026-11-23T11:59:59Z"}, True),
        ({"start_date": "2026-11-23T13:00:00+01:00"}, True),
        ({"start_date": "2026-11-23T12:00:01Z"}, False),
        ({"end_date": "2026-11-23T12:00:00Z"}, True),
        ({"end_date": "2026-11-23T11:59:59Z"}, False),
        ({"end_date": "2027-02-21T12:00:01Z"}, False),
        ({"start_date": "2026-08-25T12:00:00Z", "end_date": "2026-11-23T12:00:00Z"}, True),
        ({"service_code": "lampe"}, False),
        ({"service_request_id": "1", "start_date": "2030-01-01T00:00:00Z"}, True),
        ({"service_request_id": "x,99999999999999999999"}, False),
        ({"reference": "NIM 26 0001 7", "end_date": "2020-01-01T00:00:00Z"}, True),
        ({"reference": "NIM 26 0002 5"}, False),
    ],
)
def test_what_a_filter_finds(backend: Backend, params: dict[str, str], found: bool) -> None:
    backend.post(attribute__reference="NIM 26 0001 7")

    answer = backend.get("requests.json", **params)

    assert answer.status_code == 200
    assert len(answer.json()) == int(found)


def test_a_plus_that_arrives_as_a_space_is_still_a_time_zone(backend: Backend) -> None:
    backend.post()

    answer = backend.get("requests.json?start_date=2026-11-23T12:59:00+01:00")

    assert [row["service_request_id"] for row in answer.json()] == ["1"]


@pytest.mark.parametrize(
    "params",
    [
        {"start_date": "2026-11-23"},
        {"start_date": "2026-11-23T12:00:00"},
        {"end_date": "tomorrow"},
        {"start_date": "2026-08-25T11:59:59Z", "end_date": "2026-11-23T12:00:00Z"},
        {"start_date": "2026-11-24T00:00:00Z", "end_date": "2026-11-23T00:00:00Z"},
        {"start_date": "9999-12-31T00:00:00Z"},
        {"end_date": "0001-01-02T00:00:00Z"},
        {"status": "fixed"},
        {"service_code": ",".join(["x"] * 1001)},
        {"page": "0"},
        {"page": "x", "service_request_id": "1"},
        {"page_size": "1001"},
        {"page_size": ""},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(backend: Backend, params: dict[str, str]) -> None:
    answer = backend.get("requests.json", **params)

    assert answer.status_code == 400
    assert answer.json()[0]["code"] == "400"


def test_a_list_has_the_newest_thousand_of_the_last_ninety_days(backend: Backend) -> None:
    backend.post()
    with Session(backend.database) as session, session.begin():
        pattern = session.get_one(ServiceRequest, 1)
        columns = {
            column.name: getattr(pattern, column.name)
            for column in ServiceRequest.__table__.columns
            if column.name not in ("id", "requested_at")
        }
        session.add_all(
            ServiceRequest(requested_at=NOW - timedelta(hours=hour), **columns) for hour in range(1, 1100)
        )

    rows = backend.get("requests.json").json()
    backend.clock.now = NOW + timedelta(days=90)
    later = backend.get("requests.json").json()
    backend.clock.now += timedelta(seconds=1)

    assert len(rows) == 1000
    assert rows[0]["service_request_id"] == "1"
    assert [row["service_request_id"] for row in later] == ["1"]
    assert backend.get("requests.json").json() == []


def test_a_list_by_pages(backend: Backend) -> None:
    for _ in range(5):
        backend.post()

    def ids(**page: str) -> list[str]:
        return [row["service_request_id"] for row in backend.get("requests.json", **page).json()]

    assert ids(page_size="2") == ["5", "4"]
    assert ids(page_size="2", page="2") == ["3", "2"]
    assert ids(page_size="2", page="3") == ["1"]
    assert ids(page_size="2", page="4") == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("format_name", "kind"), [("json", "application/json"), ("xml", "text/xml")])
def test_unknown_paths_are_refused_in_the_format_asked_for(
    backend: Backend, method: str, format_name: str, kind: str
) -> None:
    for path in (f"nowhere.{format_name}", f"requests/99.{format_name}", f"tokens/x.{format_name}"):
        answer = backend.http.request(method, f"/open311/v2/{path}")
        assert answer.status_code in (404, 405)
        assert answer.headers["content-type"].startswith(kind)
        assert str(answer.status_code) in answer.text
        if kind == "text/xml":
            assert ElementTree.fromstring(answer.content).find("error/code") is not None


@pytest.mark.parametrize("path", ["requests.html", "services.json.bak", "services/x.yaml", "discovery"])
def test_there_are_two_formats(backend: Backend, path: str) -> None:
    assert backend.get(f"{path}").status_code == 404


def test_an_unknown_service_has_no_definition(backend: Backend) -> None:
    answer = backend.get("services/soucoupe.json")

    assert (answer.status_code, answer.json()[0]["code"]) == (404, "404")


def test_a_reference_serves_as_a_token(backend: Backend) -> None:
    backend.post(attribute__reference="NIM 26 0001 7")

    answer = backend.get("tokens/NIM%2026%200001%207.json")

    assert answer.json() == [{"service_request_id": "1", "token": "NIM 26 0001 7"}]


def test_discovery_says_what_the_server_can_do(backend: Backend) -> None:
    document = backend.get("discovery.json").json()
    (endpoint,) = document["endpoints"]

    assert endpoint["url"] == "http://desk/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["extensions"] == ["callbot-reference-v1", "callbot-updates-v1"]
    xml = ElementTree.fromstring(backend.get("discovery.xml").content)
    assert xml.findtext("endpoints/endpoint/specification") == "http://wiki.open311.org/GeoReport_v2"


def test_a_jurisdiction_is_ours_or_not_found(tmp_path: Path) -> None:
    with backend_in(tmp_path, jurisdiction_id="nimes.fr") as backend:
        for given, status in (("nimes.fr", 200), ("", 200), ("arles.fr", 404)):
            assert backend.post(jurisdiction_id=given).status_code == status
            for path in ("services", "services/trou", "requests", "requests/1"):
                assert backend.get(f"{path}.json", jurisdiction_id=given).status_code == status


def test_health_counts_on_the_database(backend: Backend) -> None:
    assert backend.http.get("/healthz").json() == {"status": "ok", "services": 2}
    with backend.database.begin() as connection:
        RequestEvent.__table__.drop(connection)
        ServiceRequest.__table__.drop(connection)

    assert backend.http.get("/healthz").status_code == 500
    failed = backend.post()
    assert failed.status_code == 500
    assert failed.json()[0]["description"] == "the database does not answer"
