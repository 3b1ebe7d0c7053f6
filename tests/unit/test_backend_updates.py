"""`servicerequestupdates` as FixMyStreet speaks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from httpx import Response

from tests.fakes.databases import KINDS
from tests.fakes.reports_backend import NOW, Backend, backend_in
from tests.fakes.reports_servers import KEY

# On both databases what they may see differently; the rest on the quicker one.
both = pytest.mark.parametrize("backend", KINDS, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    with backend_in(tmp_path, kind=getattr(request, "param", "sqlite")) as backend:
        backend.post()
        backend.clock.now += timedelta(hours=1)
        yield backend


def post(backend: Backend, **fields: str) -> Response:
    form = {
        "api_key": KEY,
        "service_request_id": "1",
        "update_id": "77",
        "updated_datetime": backend.clock.now.isoformat(),
        "status": "OPEN",
        "description": "Toujours là",
        **fields,
    }
    return backend.http.post("/open311/v2/servicerequestupdates.xml", data=form)


def updates(backend: Backend, **params: str) -> list[dict[str, str | None]]:
    answer = backend.get("servicerequestupdates.json", api_key=KEY, **params)
    assert answer.status_code == 200
    rows: list[dict[str, str | None]] = answer.json()
    return rows


def test_fixmystreets_dialogue_in_xml(backend: Backend) -> None:
    posted = ElementTree.fromstring(post(backend).content)
    listed = ElementTree.fromstring(backend.get("servicerequestupdates.xml", api_key=KEY).content)

    assert posted.tag == listed.tag == "service_requests_updates"
    (row,) = listed.findall("request_update")
    assert row.findtext("update_id") == posted.findtext("request_update/update_id")
    assert row.findtext("service_request_id") == "1"
    assert row.findtext("description") == "Toujours là"
    assert row.findtext("updated_datetime") == "2026-11-23T14:00:00+01:00"


@both
def test_an_update_is_kept_once(backend: Backend) -> None:
    first, again, other = (post(backend, update_id=update_id) for update_id in ("77", "77", "78"))

    assert first.content == again.content != other.content
    assert len(updates(backend)) == 2


@both
def test_updates_without_an_identifier_are_all_kept(backend: Backend) -> None:
    assert [post(backend, update_id="").status_code for _ in range(2)] == [200, 200]
    assert len(updates(backend)) == 2


@pytest.mark.parametrize(
    ("status", "shown", "extended"),
    [
        ("OPEN", "open", "OPEN"),
        ("in progress", "open", "IN_PROGRESS"),
        ("FIXED", "closed", "FIXED"),
        ("closed", "closed", "CLOSED"),
        ("NO_FURTHER_ACTION", "closed", "CLOSED"),
    ],
)
def test_statuses(backend: Backend, status: str, shown: str, extended: str) -> None:
    post(backend, status=status)

    (row,) = backend.get("requests/1.json").json()
    assert (row["status"], row["extended_status"]) == (shown, extended)
    (update,) = updates(backend)
    assert update["status"] == status.upper().replace(" ", "_")


@both
def test_late_news_changes_no_newer_state(backend: Backend) -> None:
    post(backend, status="FIXED", update_id="1")
    seen_at = backend.clock.now - timedelta(minutes=1)
    backend.clock.now += timedelta(hours=1)

    post(backend, status="OPEN", update_id="2", updated_datetime=seen_at.isoformat())
    assert backend.get("requests/1.json").json()[0]["status"] == "closed"
    post(backend, status="OPEN", update_id="3")
    assert backend.get("requests/1.json").json()[0]["status"] == "open"
    assert [row["description"] for row in updates(backend)] == ["Toujours là"] * 3


@both
def test_one_more_person_counts_once(backend: Backend) -> None:
    for update_id in ("1", "1", "2"):
        post(backend, update_id=update_id, **{"attribute[adds_person]": "true"})
    post(backend, update_id="3")

    assert backend.filed()[0].n_people == 3


@pytest.mark.parametrize(
    ("span", "n_found"),
    [
        ({}, 1),
        ({"start_date": (NOW + timedelta(hours=1)).isoformat()}, 1),
        ({"start_date": (NOW + timedelta(hours=1, seconds=1)).isoformat()}, 0),
        ({"end_date": (NOW + timedelta(minutes=59)).isoformat()}, 0),
    ],
)
def test_updates_of_a_span(backend: Backend, span: dict[str, str], n_found: int) -> None:
    post(backend)
    assert len(updates(backend, **span)) == n_found


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"api_key": "wrong"}, 403),
        ({"service_request_id": ""}, 400),
        ({"service_request_id": "99"}, 404),
        ({"service_request_id": "x"}, 404),
        ({"status": "BROKEN"}, 400),
        ({"updated_datetime": "hier"}, 400),
        ({"description": "x" * 4001}, 400),
        ({"jurisdiction_id": "arles.fr"}, 200),
    ],
)
def test_refusals(backend: Backend, fields: dict[str, str], status: int) -> None:
    assert post(backend, **fields).status_code == status
    assert len(updates(backend)) == (status == 200)


def test_updates_are_for_those_who_have_the_key(backend: Backend) -> None:
    answer = backend.get("servicerequestupdates.json")
    assert (answer.status_code, answer.json()[0]["code"]) == (403, "403")
    assert backend.get("servicerequestupdates.json", api_key=KEY, start_date="hier").status_code == 400
