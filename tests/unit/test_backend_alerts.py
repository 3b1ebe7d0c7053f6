"""Alerts: signed by a known sender, just now, and only once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from integrations.backend.alerts import TOLERANCE, sign
from tests.fakes.databases import KINDS
from tests.fakes.reports_backend import NOW, Backend, backend_in
from tests.fakes.reports_servers import ALERT_KEYS

ALERT = {
    "event_id": "e-1",
    "service_code": "trou",
    "description": "Niveau d'eau anormal",
    "sensor": "pluvio-7",
    "lat": 43.83,
    "long": 4.36,
    "priority": 1,
    "observed_at": "2026-11-23T12:55:00+01:00",
}


# On both databases what they may see differently; the rest on the quicker one.
both = pytest.mark.parametrize("backend", KINDS, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    with backend_in(tmp_path, kind=getattr(request, "param", "sqlite")) as backend:
        yield backend


def headers(backend: Backend, body: bytes, sender: str = "hypervision", **others: str) -> dict[str, str]:
    timestamp = others.pop("timestamp", str(int(backend.clock.now.timestamp())))
    key = others.pop("key", ALERT_KEYS.get(sender, "x"))
    return {
        "X-Callbot-Sender": sender,
        "X-Callbot-Timestamp": timestamp,
        "X-Callbot-Signature": f"sha256={sign(key, timestamp, body)}",
    }


def post(backend: Backend, alert: dict[str, Any], **others: str) -> Response:
    body = json.dumps(alert).encode()
    return backend.http.post("/alerts", content=body, headers=headers(backend, body, **others))


@both
def test_an_alert_opens_a_report(backend: Backend) -> None:
    answer = post(backend, ALERT)

    assert (answer.status_code, answer.json()) == (201, {"service_request_id": "1", "is_new": True})
    (row,) = backend.filed()
    assert (row.source, row.priority, row.description) == ("capteur", 1, ALERT["description"])
    assert (row.latitude, row.longitude, row.device_id) == (43.83, 4.36, "hypervision/pluvio-7")
    assert row.requested_at == NOW - timedelta(minutes=5)
    assert row.expected_at == row.requested_at + timedelta(hours=48)


@pytest.mark.parametrize(
    "others",
    [
        {"sender": "inconnu"},
        {"sender": "muet"},
        {"key": "wrong"},
        {"timestamp": str(int((NOW - TOLERANCE).timestamp()) - 1)},
        {"timestamp": str(int((NOW + TOLERANCE).timestamp()) + 1)},
        {"timestamp": "soon"},
        {"timestamp": "9" * 30},
        {"timestamp": ""},
    ],
)
def test_an_alert_that_is_not_signed_just_now_by_a_known_sender_is_refused(
    backend: Backend, others: dict[str, str]
) -> None:
    assert post(backend, ALERT, **others).status_code == 403
    assert backend.filed() == []


def test_what_was_signed_cannot_be_changed(backend: Backend) -> None:
    body = json.dumps(ALERT).encode()
    signed = headers(backend, body)
    changed = body.replace(b'"priority": 1', b'"priority": 3')

    assert backend.http.post("/alerts", content=changed, headers=signed).status_code == 403
    for name in signed:
        without = {key: value for key, value in signed.items() if key != name}
        assert backend.http.post("/alerts", content=body, headers=without).status_code == 403


@both
def test_an_overheard_alert_cannot_be_sent_again(backend: Backend) -> None:
    body = json.dumps(ALERT).encode()
    signed = headers(backend, body)
    first = backend.http.post("/alerts", content=body, headers=signed)
    backend.clock.now += TOLERANCE

    replayed = backend.http.post("/alerts", content=body, headers=signed)
    backend.clock.now += timedelta(seconds=1)
    too_late = backend.http.post("/alerts", content=body, headers=signed)

    assert [answer.status_code for answer in (first, replayed, too_late)] == [201, 409, 403]
    assert len(backend.filed()) == 1


@both
def test_an_alert_signed_anew_opens_no_second_report(backend: Backend) -> None:
    post(backend, ALERT)
    backend.clock.now += timedelta(seconds=2)

    again = post(backend, ALERT)

    assert (again.status_code, again.json()) == (200, {"service_request_id": "1", "is_new": False})
    assert len(backend.filed()) == 1


@both
def test_a_sensor_that_goes_on_adds_to_its_open_report(backend: Backend) -> None:
    post(backend, ALERT)
    ids = []
    for number, alert in enumerate(({}, {"sensor": "pluvio-8"}, {"service_code": "lampe"}), start=2):
        backend.clock.now += timedelta(minutes=10)
        ids.append(post(backend, {**ALERT, "event_id": f"e-{number}", **alert}).json()["service_request_id"])

    assert ids == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"event_id": ""}, 400),
        ({"event_id": None}, 400),
        ({"service_code": "soucoupe"}, 404),
        ({"lat": None}, 400),
        ({"lat": None, "long": None}, 400),
        ({"lat": 91}, 400),
        ({"lat": "NaN"}, 400),
        ({"priority": 0}, 400),
        ({"observed_at": "2026-11-23T12:55:00"}, 400),
        ({"extra": 1}, 400),
        ({"description": "x" * 4001}, 400),
    ],
)
def test_a_wrong_alert_is_refused_and_says_where(
    backend: Backend, change: dict[str, Any], status: int
) -> None:
    answer = post(backend, {**ALERT, **change})

    assert answer.status_code == status
    assert answer.json()[0]["code"] == str(status)
    assert backend.filed() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"x" * 20_000])
def test_what_is_no_alert_is_refused(backend: Backend, body: bytes) -> None:
    answer = backend.http.post("/alerts", content=body, headers=headers(backend, body))
    assert answer.status_code == 400
