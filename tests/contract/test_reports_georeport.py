"""The embedded server as an independent client sees it: PyPI's `georeport`, in both formats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from georeport import GeoReport

from tests.fakes.reports_servers import KEY, embedded_server

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("backend")
    with embedded_server(folder, clock=lambda: NOW) as (url, _database):
        for number, code in enumerate(("trou", "trou", "lampe"), start=1):
            form = {
                "api_key": KEY,
                "service_code": code,
                "lat": "43.8366",
                "long": "4.3601",
                "description": f"Numéro {number} <b>&</b>",
                "first_name": "Zoé",
                "phone": "0639980001",
                "email": "zoe@example.org",
                "attribute[danger]": "oui",
            }
            httpx.post(f"{url}requests.json", data=form).raise_for_status()
        yield url


@pytest.fixture(params=["json", "xml"])
def city(request: pytest.FixtureRequest, base: str) -> GeoReport:
    return GeoReport(base, output_format=request.param)


def test_services(city: GeoReport) -> None:
    hole, lamp = city.get_service_list()

    assert hole["service_code"] == "trou"
    assert hole["service_name"] == "Trou & <nid-de-poule>"
    assert hole["group"] == "Voie publique"
    assert hole["keywords"] == "trou dans la route, nid de poule"
    assert hole["type"] == "realtime"
    assert [hole["metadata"], lamp["metadata"]] in ([True, False], ["true", "false"])


def test_the_questions_of_a_service(city: GeoReport) -> None:
    definition = city.get_service_definition("trou")

    assert definition["service_code"] == "trou"
    attributes = definition["attributes"]
    # In XML the list is one level deeper: <attributes><attribute>…
    danger, size = attributes if isinstance(attributes, list) else attributes["attribute"]
    assert (danger["code"], danger["datatype"]) == ("danger", "singlevaluelist")
    assert danger["description"] == "Est-ce dangereux ?"
    values = danger["values"] if isinstance(danger["values"], list) else danger["values"]["value"]
    assert values[0] == {"key": "oui", "name": "Oui"}
    assert (size["datatype"], str(size["order"])) == ("string", "2")


def test_requests_newest_first(city: GeoReport) -> None:
    rows = city.get_service_requests()

    assert [row["service_request_id"] for row in rows] == ["3", "2", "1"]
    assert rows[2]["description"] == "Numéro 1 <b>&</b>"
    assert rows[2]["status"] == "open"
    assert rows[2]["agency_responsible"] == "Voirie"
    assert rows[2]["requested_datetime"] == "2026-11-23T13:00:00+01:00"
    assert rows[2]["expected_datetime"] == "2026-11-30T13:00:00+01:00"
    assert float(rows[2]["lat"]) == 43.8366


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"service_request_id": "1,3"}, ["3", "1"]),
        ({"service_request_id": "2,1", "service_code": "lampe"}, ["2", "1"]),
        ({"service_code": "trou"}, ["2", "1"]),
        ({"status": "open", "service_code": "trou,lampe"}, ["3", "2", "1"]),
        ({"start_date": "2026-11-23T00:00:00Z", "end_date": "2026-11-24T00:00:00Z"}, ["3", "2", "1"]),
    ],
)
def test_filters(city: GeoReport, filters: dict[str, Any], expected: list[str]) -> None:
    rows = city.get_service_requests(**filters)

    assert [row["service_request_id"] for row in rows] == expected


def test_one_request(city: GeoReport) -> None:
    assert city.get_service_request("2")["description"] == "Numéro 2 <b>&</b>"


def test_nothing_personal_is_shown(base: str) -> None:
    for path in ("requests.json", "requests.xml", "requests/1.json", "requests/1.xml"):
        shown = httpx.get(base + path).text
        assert "Numéro 1" in shown
        assert not any(secret in shown for secret in ("Zoé", "0639980001", "example.org", KEY))
