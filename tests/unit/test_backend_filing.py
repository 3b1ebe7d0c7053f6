"""What the embedded server accepts as a new request, what it refuses, and what it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.fakes.reports_backend import NOW, Backend, backend_in


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    with backend_in(tmp_path) as backend:
        yield backend


def test_a_new_request_answers_its_identifier_as_a_text(backend: Backend) -> None:
    answer = backend.post()

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == [{"service_request_id": "1", "service_notice": None, "account_id": None}]


def test_the_same_in_xml(backend: Backend) -> None:
    answer = backend.post("requests.xml")

    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests"
    assert [request.findtext("service_request_id") for request in root.findall("request")] == ["1"]


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "wrong é"}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"service_code": "soucoupe"}, 404, "service_code was not found"),
        ({"address_string": ""}, 400, "location"),
        ({"address_string": " \x00 "}, 400, "location"),
        ({"lat": "43.8"}, 400, "lat and long go together"),
        ({"lat": "91", "long": "4"}, 400, "lat"),
        ({"lat": "43", "long": "-180.1"}, 400, "long"),
        ({"lat": "nan", "long": "4"}, 400, "lat"),
        ({"lat": "43", "long": "inf"}, 400, "long"),
        ({"lat": "quarante", "long": "4"}, 400, "lat"),
        ({"description": "x" * 4001}, 400, "description"),
        ({"phone": "1" * 65}, 400, "phone"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"media_url": 'https://a/" onload="x'}, 400, "media_url"),
        ({"attribute__priority": "0"}, 400, "priority"),
        ({"attribute__complete": "maybe"}, 400, "complete"),
        ({"attribute__requested_datetime": "yesterday"}, 400, "requested_datetime"),
        ({"attribute__requested_datetime": "2026-11-23T10:00:00"}, 400, "requested_datetime"),
        ({"attribute__reference": "1" * 65}, 400, "reference"),
        ({"attribute__two words": "1"}, 400, "attribute[code]"),
        ({f"field{n}": "x" for n in range(200)}, 400, "too many fields"),
    ],
)
def test_a_refusal_says_why_and_files_nothing(
    backend: Backend, fields: dict[str, str], status: int, reason: str
) -> None:
    answer = backend.post(**fields)

    assert answer.status_code == status
    (error,) = answer.json()
    assert error["code"] == str(status)
    assert reason in error["description"]
    assert backend.filed() == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"service_code=trou", "application/json"),
        (b"--x\r\nbroken\r\n", "multipart/form-data; boundary=x"),
        (b"--x--", "multipart/form-data"),
        (b"service_code=%ff%fe&api_key=x", "application/x-www-form-urlencoded"),
        (b"description=\xff", "application/x-www-form-urlencoded"),
        (b"description=" + b"x" * 140_000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_refused(backend: Backend, content: bytes, kind: str) -> None:
    answer = backend.http.post("/open311/v2/requests.json", content=content, headers={"Content-Type": kind})

    assert answer.status_code == 400
    assert answer.json()[0]["code"] == "400"


def test_what_xml_cannot_hold_is_left_out_and_the_rest_survives_both_formats(backend: Backend) -> None:
    said = 'Trou\x00 \x1b<b>&amp; "]]>" \ud7ff\uffff 🕳️\nfin'
    backend.post(description=said)

    from_json = backend.get("requests/1.json").json()[0]["description"]
    from_xml = ElementTree.fromstring(backend.get("requests/1.xml").content)

    assert from_json == 'Trou <b>&amp; "]]>" \ud7ff 🕳️\nfin'
    assert from_xml.findtext("request/description") == from_json


def test_a_description_may_have_4000_characters(backend: Backend) -> None:
    assert backend.post(description="é" * 4000).status_code == 200
    assert len(backend.filed()[0].description) == 4000


def test_answers_may_be_several_and_strange(backend: Backend) -> None:
    answers = {"attribute[danger]": "peut-être", "attribute[couleur][]": ["rouge", "bleu", ""]}
    assert backend.post(**answers).status_code == 200

    assert backend.filed()[0].answers == {"danger": ["peut-être"], "couleur": ["rouge", "bleu"]}
    assert backend.get("requests/1.json").json()[0]["attributes"] == [
        {"code": "danger", "value": "peut-être"},
        {"code": "couleur", "value": "rouge"},
        {"code": "couleur", "value": "bleu"},
    ]


def test_several_media(backend: Backend) -> None:
    backend.post(media_url=["https://a/1.jpg", "https://a/2.jpg"])

    assert backend.filed()[0].media_url == "https://a/1.jpg https://a/2.jpg"
    (row,) = backend.get("requests.json").json()
    assert row["media_url"] == "https://a/1.jpg"
    assert row["media_urls"] == ["https://a/1.jpg", "https://a/2.jpg"]


@pytest.mark.parametrize(("priority", "hours"), [("1", 48), ("2", 168), ("3", 720), ("", 168)])
def test_the_priority_sets_the_date_when_it_should_be_settled(
    backend: Backend, priority: str, hours: int
) -> None:
    backend.post(attribute__priority=priority)

    assert backend.filed()[0].expected_at == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-11-20T08:30:00+01:00", datetime(2026, 11, 20, 7, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00Z", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-23T12:00:01Z", NOW),
    ],
)
def test_a_report_is_as_old_as_its_caller_says_but_never_of_the_future(
    backend: Backend, said: str, kept: datetime
) -> None:
    backend.post(attribute__requested_datetime=said)

    (row,) = backend.filed()
    assert row.requested_at == kept
    assert row.updated_at == NOW


def test_a_reference_is_filed_once(backend: Backend) -> None:
    first = backend.post(attribute__reference="NIM 26 0001 7", description="un")
    again = backend.post(attribute__reference="NIM 26 0001 7", description="deux")
    other = backend.post(attribute__reference="NIM 26 0002 5")

    assert again.json() == first.json()
    assert other.json() != first.json()
    assert [row.description for row in backend.filed()] == ["un", ""]


def test_requests_without_a_reference_are_all_filed(backend: Backend) -> None:
    assert [backend.post().json()[0]["service_request_id"] for _ in range(3)] == ["1", "2", "3"]


def test_a_complete_report_replaces_the_incomplete_one_and_nothing_replaces_it(backend: Backend) -> None:
    reference = {"attribute__reference": "NIM 26 0001 7"}
    backend.post(**reference, attribute__complete="false", description="un trou")
    backend.clock.now += timedelta(minutes=5)
    backend.post(**reference, attribute__complete="true", description="un grand trou", service_code="lampe")
    backend.clock.now += timedelta(minutes=5)
    backend.post(**reference, attribute__complete="false", description="rien")

    (row,) = backend.filed()
    assert (row.description, row.service_code, row.complete) == ("un grand trou", "lampe", True)
    assert (row.requested_at, row.updated_at) == (NOW, NOW + timedelta(minutes=5))
