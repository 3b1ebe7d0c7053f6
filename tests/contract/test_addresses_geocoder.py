"""The national geocoder, played by a real HTTP server that answers in its shape and misbehaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.addresses_geocoder import Breaker, FileFirst, NationalGeocoder, Patience
from integrations.addresses_geocoder_offline import HouseNumbers, StreetNumbers
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_models import ReportRow
from integrations.desk_types import NewReport
from integrations.protocols import Place
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.http_answers import AnsweringServer, Misbehaviour, answering
from tests.fakes.outbox_backend import MemoryBackend
from tests.fakes.ports import free_port

NIMES = "30189"
PLACE = Place(spoken="au 12 rue de la raie publique", street="Rue de la République", house_number="12")
PATIENCE = Patience(answer_s=20, failures=2, rest_s=30, max_rest_s=100, absent_s=60)


def feature(**properties: Any) -> dict[str, Any]:
    """One place as data.geopf.fr/geocodage/search writes it."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [4.3531, 43.8337]},
        "properties": {
            "label": "12 Rue de la République 30900 Nîmes",
            "score": 0.9712,
            "housenumber": "12",
            "id": "30189_5610_00012",
            "banId": "0a9cf0f4-1e1f-4b6c-9a3e-5b2f1c9d7e10",
            "name": "12 Rue de la République",
            "postcode": "30900",
            "citycode": NIMES,
            "x": 808921.11,
            "y": 6304203.71,
            "city": "Nîmes",
            "context": "30, Gard, Occitanie",
            "type": "housenumber",
            "importance": 0.68,
            "street": "Rue de la République",
            "_type": "address",
            **properties,
        },
    }


def collection(*features: dict[str, Any]) -> tuple[int, str, bytes]:
    document = {"type": "FeatureCollection", "features": list(features), "query": "12 Rue de la République"}
    return 200, "application/json; charset=utf-8", json.dumps(document).encode()


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    with answering() as server:
        server.usual = collection(feature())
        yield server


class Clock:
    """A clock that a test sets, in seconds."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def geocoder(server: AnsweringServer, clock: Clock, answer_s: float = PATIENCE.answer_s) -> NationalGeocoder:
    patience = replace(PATIENCE, answer_s=answer_s)
    return NationalGeocoder(f"{server.url}/geocodage/search", NIMES, clock, patience)


async def locate(geocoder: NationalGeocoder, place: Place = PLACE) -> tuple[float | None, float | None]:
    located = await geocoder.locate(place)
    assert (located.spoken, located.street, located.house_number) == (
        place.spoken,
        place.street,
        place.house_number,
    )
    return located.latitude, located.longitude


async def test_a_house_is_located_and_asked_for_once(server: AnsweringServer, clock: Clock) -> None:
    asked = geocoder(server, clock)
    assert [await locate(asked) for _ in range(2)] == [(43.8337, 4.3531)] * 2
    await asked.aclose()
    (request,) = server.seen
    assert (request.method, request.path) == ("GET", "/geocodage/search")
    assert request.query == {
        "q": ["12 Rue de la République"],
        "index": ["address"],
        "citycode": [NIMES],
        "type": ["housenumber"],
        "autocomplete": ["0"],
        "limit": ["1"],
    }


@pytest.mark.parametrize(
    "answer",
    [
        collection(),
        collection(feature(score=0.3)),
        collection(feature(citycode="30007")),
        collection(feature(street="Rue de la Révolution", name="12 Rue de la Révolution")),
        collection(feature(type="street", name="Rue de la République")),
        collection(feature(type="municipality", name="Nîmes", street="")),
    ],
)
async def test_what_is_not_what_was_asked_is_not_taken(
    server: AnsweringServer, clock: Clock, answer: tuple[int, str, bytes]
) -> None:
    server.usual = answer
    asked = geocoder(server, clock)
    assert [await locate(asked) for _ in range(2)] == [(None, None)] * 2
    assert len(server.seen) == 1, "not found is remembered"
    clock.now_s += PATIENCE.absent_s
    server.usual = collection(feature())
    assert await locate(asked) == (43.8337, 4.3531)
    await asked.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        (500, "text/html", b"<html>oops</html>"),
        (502, "text/html", b""),
        (301, "text/html", b""),
        (404, "application/json", b'{"code": 404}'),
        (200, "text/html", b"<!DOCTYPE html><html></html>"),
        (200, "application/json", b'{"features": null}'),
        (200, "application/json", b'{"features": [{"geometry": {}, "properties": {}}]}'),
        (200, "application/json", b"[" * 10_000),
        (200, "application/json", b" " * 300_000),
        Misbehaviour.DROP,
        Misbehaviour.CUT,
        Misbehaviour.MUTE,
        Misbehaviour.DRIP,
    ],
)
async def test_a_geocoder_that_misbehaves_changes_nothing_and_is_left_alone(
    server: AnsweringServer, clock: Clock, answer: tuple[int, str, bytes] | Misbehaviour
) -> None:
    server.headers = {"Location": f"{server.url}/elsewhere"}
    server.answers = [answer, answer]
    # Waited for to the end only where no answer ever comes; the good one that follows comes in time.
    never_comes = answer in (Misbehaviour.MUTE, Misbehaviour.DRIP)
    asked = geocoder(server, clock, 1.5 if never_comes else PATIENCE.answer_s)
    assert [await locate(asked) for _ in range(4)] == [(None, None)] * 4
    assert len(server.seen) == PATIENCE.failures, "after two failures nobody is asked"
    clock.now_s += PATIENCE.rest_s
    assert await locate(asked) == (43.8337, 4.3531)
    await asked.aclose()


async def test_too_many_requests_are_answered_by_silence(server: AnsweringServer, clock: Clock) -> None:
    server.headers = {"Retry-After": "5"}
    server.answers = [(429, "application/json", b"{}")]
    asked = geocoder(server, clock)
    assert await locate(asked) == (None, None)
    clock.now_s += 4.9
    assert await locate(asked) == (None, None)
    assert len(server.seen) == 1
    clock.now_s += 0.1
    assert await locate(asked) == (43.8337, 4.3531)
    await asked.aclose()


async def test_a_geocoder_that_cannot_be_reached_changes_nothing(clock: Clock) -> None:
    port = free_port()
    for url in (f"http://127.0.0.1:{port}/search", "http://geocoder.invalid/search", "no address"):
        asked = NationalGeocoder(url, NIMES, clock, PATIENCE)
        assert await locate(asked) == (None, None)
        await asked.aclose()


async def test_only_streets_without_coordinates_are_asked_for(server: AnsweringServer, clock: Clock) -> None:
    asked = geocoder(server, clock)
    for place in (
        Place(spoken="aux arènes", landmark="Arènes"),
        Place(spoken="près de chez moi"),
        Place(spoken="là", street="Rue de la République", landmark="angle Rue de l'Aspic"),
        Place(spoken="là", street="Rue de la République", latitude=1.0, longitude=2.0),
    ):
        assert await asked.locate(place) == place
    await asked.aclose()
    assert server.seen == []


async def test_a_street_alone_is_asked_for_as_a_street(server: AnsweringServer, clock: Clock) -> None:
    server.usual = collection(feature(type="street", name="Rue de la République", street="", housenumber=""))
    asked = geocoder(server, clock)
    assert await locate(asked, Place(spoken="là", street="Rue de la République")) == (43.8337, 4.3531)
    await asked.aclose()
    assert server.seen[0].query["type"] == ["street"]


def test_rests_double_up_to_a_limit() -> None:
    breaker = Breaker(PATIENCE)
    rests: list[float] = []
    for _ in range(5):
        breaker.failed(0.0)
        rests.append(breaker.rests_until_s)
    assert rests == [0.0, 30.0, 60.0, 100.0, 100.0]
    assert (breaker.may_ask(99.9), breaker.may_ask(100.0)) == (False, True)
    breaker.worked()
    breaker.failed(200.0)
    assert breaker.may_ask(200.0)


async def test_the_city_s_file_is_asked_first(server: AnsweringServer, clock: Clock) -> None:
    known = StreetNumbers(street="Rue de la République", latitude=43.8, longitude=4.3, numbers="12:5:5")
    both = FileFirst(HouseNumbers({known.street: known}), geocoder(server, clock))
    assert (await both.locate(PLACE)).latitude == 43.80005
    assert server.seen == []
    elsewhere = Place(spoken="là", street="Rue de l'Aspic", house_number="3")
    assert (await both.locate(elsewhere)).latitude is None
    assert len(server.seen) == 1
    await both.aclose()
    assert await FileFirst(HouseNumbers({}), None).locate(PLACE) == PLACE


async def test_a_report_is_filed_with_coordinates_or_without(
    server: AnsweringServer, clock: Clock, tmp_path: Path
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    desk = Desk(engine, MemoryBackend(), "NIM", geocoder=geocoder(server, clock))
    report = NewReport("call-1", "trou", "Un trou", PLACE, "phone")
    now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    await desk.file_report(report, now)
    server.usual = (500, "text/html", b"")
    aside = Place(spoken="au 14", street="Rue de la République", house_number="14")
    await desk.file_report(NewReport("call-2", "trou", "Un trou", aside, "phone"), now)
    with Session(engine) as session:
        rows = session.scalars(select(ReportRow).order_by(ReportRow.reference)).all()
        assert [(row.latitude, row.longitude) for row in rows] == [(43.8337, 4.3531), (None, None)]
    await desk.aclose()
