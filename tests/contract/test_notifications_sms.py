"""SMS through a real HTTP gateway, described by a template, well-behaved or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import Engine

from integrations.database import migrate, open_database
from integrations.notifications import Notice, NoticeKind, Outcome
from integrations.notifications_sms_http import HttpSmsCarrier, SmsGateway, TemplateError
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.http_answers import Misbehaviour, answering
from tests.fakes.notifications import MOBILE, NOW, gateway, reference_to, rows, sender


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({}, {"to": "+33639980001", "from": "Nimes", "parts": [{"text": "Mairie"}]}),
        (
            {"body": "dest={to_national}&msg={text}&key=1"},
            {"dest": ["0639980001"], "msg": ["Mairie"], "key": ["1"]},
        ),
    ],
)
async def test_the_gateway_is_asked_as_its_template_says(
    engine: Engine, options: dict[str, str], body: dict[str, Any]
) -> None:
    with answering() as server:
        carrier = gateway(server.url, headers={"Authorization": "Bearer k"}, **options)
        notice = Notice("call-1", NoticeKind.LINK, MOBILE, "Mairie", agreed=True)
        receipt = await sender(engine, sms=carrier).send(notice, NOW)
        await carrier.aclose()
    assert receipt.outcome is Outcome.SENT
    (request,) = server.seen
    assert (request.method, request.path, request.headers["authorization"]) == ("POST", "/sms", "Bearer k")
    is_json = request.headers["content-type"] == "application/json"
    assert (json.loads(request.body) if is_json else parse_qs(request.body.decode())) == body


async def test_nobody_gets_the_same_message_twice(engine: Engine) -> None:
    with answering() as server:
        carrier = gateway(server.url)
        notifications = sender(engine, sms=carrier)
        server.answers = [Misbehaviour.DROP]
        receipts = [await notifications.send(reference_to(MOBILE), NOW) for _ in range(2)]
        assert [receipt.outcome for receipt in receipts] == [Outcome.UNCLEAR, Outcome.UNCLEAR]
        assert len(server.seen) == 1, "it may have arrived"

        again = replace(reference_to(MOBILE), conversation_id="call-2")
        server.answers = [(503, "text/plain", b"")]
        receipts = [await notifications.send(again, NOW) for _ in range(3)]
        outcomes = [receipt.outcome for receipt in receipts]
        assert outcomes == [Outcome.FAILED, Outcome.SENT, Outcome.SENT]
        assert len(server.seen) == 3, "what surely failed may be tried again"
        later = await notifications.send(again, NOW + timedelta(minutes=10))
        await carrier.aclose()
        assert (later.outcome, len(server.seen)) == (Outcome.SENT, 4)


async def test_no_text_can_change_the_request(engine: Engine) -> None:
    nasty = 'Place "Belle-Croix" & fils\n{to}\\", "admin": true, "x": "é%26?#'
    notice = Notice("call-1", NoticeKind.LINK, MOBILE, nasty, agreed=True)
    with answering() as server:
        for carrier in (
            gateway(server.url),
            gateway(server.url, body="to={to}&text={text}"),
            HttpSmsCarrier(SmsGateway(f"{server.url}/sms?to={{to_digits}}&text={{text}}", "GET")),
        ):
            each = replace(notice, conversation_id=f"call-{len(server.seen)}")
            await sender(engine, sms=carrier).send(each, NOW)
            await carrier.aclose()
    as_json, as_form, as_query = server.seen
    assert json.loads(as_json.body)["parts"] == [{"text": nasty}]
    assert parse_qs(as_form.body.decode()) == {"to": ["+33639980001"], "text": [nasty]}
    assert as_query.query == {"to": ["33639980001"], "text": [nasty]}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, "text/plain", b"KO: unknown sender"), Outcome.FAILED),
        ((202, "text/plain", b"OK 12345"), Outcome.SENT),
        ((400, "application/json", b"{}"), Outcome.FAILED),
        ((401, "application/json", b"{}"), Outcome.FAILED),
        ((429, "text/html", b"slow down"), Outcome.FAILED),
        ((302, "text/html", b"OK"), Outcome.FAILED),
        ((500, "text/html", b"OK"), Outcome.UNCLEAR),
        ((503, "text/html", b""), Outcome.FAILED),
        ((200, "text/plain", b"OK" * 40_000), Outcome.UNCLEAR),
        (Misbehaviour.DROP, Outcome.UNCLEAR),
        (Misbehaviour.CUT, Outcome.UNCLEAR),
        (Misbehaviour.MUTE, Outcome.UNCLEAR),
        (Misbehaviour.DRIP, Outcome.UNCLEAR),
    ],
)
async def test_a_gateway_may_misbehave(
    engine: Engine, answer: tuple[int, str, bytes] | Misbehaviour, outcome: Outcome
) -> None:
    with answering() as server:
        server.usual = (200, "text/plain", b"OK" + b"." * 200)
        server.headers = {"Location": f"{server.url}/elsewhere"}
        server.answers = [answer]
        # Waited for to the end only where no answer ever comes.
        never_comes = answer in (Misbehaviour.MUTE, Misbehaviour.DRIP)
        carrier = gateway(server.url, accepted="^OK", answer_s=1.0 if never_comes else 20.0)
        receipt = await sender(engine, sms=carrier).send(reference_to(MOBILE), NOW)
        await carrier.aclose()
        assert len(server.seen) == 1, "never asked twice, never elsewhere"
    assert receipt.outcome is outcome
    assert rows(engine)[0][2] == outcome.value


async def test_a_gateway_that_is_down_fails_clearly(engine: Engine) -> None:
    with answering() as server:
        url = server.url
    receipt = await sender(engine, sms=gateway(url)).send(reference_to(MOBILE), NOW)
    assert receipt.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "options",
    [
        {"url": "sms.example/send?to={to}&text={text}"},
        {"url": "https://sms.example/send", "body": '{"to": "{to}"}'},
        {"url": "https://sms.example/send", "body": '{"to": "{to}", "text": "{text}"'},
        {"url": "https://sms.example/send?to={to}&text={text}", "body": "no form"},
        {"url": "https://sms.example/send?to={to}&text={text}", "accepted": "("},
    ],
)
def test_a_gateway_that_is_not_well_described_is_refused_at_the_start(options: dict[str, str]) -> None:
    with pytest.raises(TemplateError):
        HttpSmsCarrier(SmsGateway(**options))  # type: ignore[arg-type]
