"""Messages to callers: who may get them, how often, and e-mails through a real SMTP server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from sqlalchemy import Engine

from integrations.database import migrate, open_database
from integrations.notifications import Medium, Notice, NoticeKind, Outcome, Reason
from integrations.notifications_rules import Limits, link_notice
from integrations.notifications_smtp import SmtpCarrier, SmtpSecurity, SmtpServer
from integrations.settings import Settings
from integrations.wiring import DESK_MIGRATIONS, open_notifications
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.http_answers import answering
from tests.fakes.notifications import JSON_BODY, MOBILE, NOW, PERSON, gateway, reference_to, rows, sender


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


@dataclass
class Mailbox:
    """An SMTP server's handler. refuse: what it answers to a command instead of taking it."""

    letters: list[Envelope] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse.get("DATA") == "hang up":
            server.transport.abort()
            return ""
        self.letters.append(envelope)
        return self.refuse.get("DATA", "250 OK")


@asynccontextmanager
async def mail_server(mailbox: Mailbox, **options: Any) -> AsyncIterator[SmtpServer]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: smtp.SMTP(mailbox, hostname="mail.example", loop=loop, **options), "127.0.0.1", 0
    )
    try:
        port = server.sockets[0].getsockname()[1]
        yield SmtpServer("127.0.0.1", port, SmtpSecurity.NONE, "ne-pas-repondre@nimes.example")
    finally:
        server.close()
        await server.wait_closed()


async def test_without_gateways_messages_are_only_recorded(engine: Engine) -> None:
    notifications = sender(engine)
    receipts = [await notifications.send(reference_to(to), NOW) for to in (MOBILE, PERSON)]
    assert [receipt.outcome for receipt in receipts] == [Outcome.RECORDED, Outcome.RECORDED]
    assert not any(receipt.is_on_its_way for receipt in receipts)
    assert notifications.media == frozenset()
    assert rows(engine) == [
        ("sms", "+33639980001", "recorded", ""),
        ("email", PERSON, "recorded", ""),
    ]


async def test_an_e_mail_arrives_as_it_was_meant(engine: Engine) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as server:
        receipt = await sender(engine, email=SmtpCarrier(server)).send(reference_to(PERSON), NOW)
    assert (receipt.outcome, receipt.medium, receipt.is_on_its_way) == (Outcome.SENT, Medium.EMAIL, True)
    (letter,) = mailbox.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("ne-pas-repondre@nimes.example", [PERSON])
    assert isinstance(letter.content, bytes)
    assert letter.content.isascii()
    read = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert read["Subject"] == "Votre numéro de dossier : NIM 26 0412 7"
    assert (
        read.get_content().strip()
        == "Mairie de Nîmes. Votre numéro de dossier : NIM 26 0412 7. Gardez ce message."
    )
    assert read["Message-ID"].endswith("@nimes.example>")
    assert rows(engine) == [("email", PERSON, "sent", "")]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_the_server_s_password_is_given(engine: Engine) -> None:
    given: list[LoginPassword] = []

    def authenticate(*arguments: Any) -> AuthResult:
        given.append(arguments[-1])
        return AuthResult(success=arguments[-1].password == b"secret")

    mailbox = Mailbox()
    options = {"authenticator": authenticate, "auth_require_tls": False, "auth_required": True}
    async with mail_server(mailbox, **options) as server:
        outcomes = []
        for password in ("wrong", "secret"):
            carrier = SmtpCarrier(replace(server, user="callbot", password=password))
            outcomes.append((await sender(engine, email=carrier).send(reference_to(PERSON), NOW)).outcome)
    assert outcomes == [Outcome.FAILED, Outcome.SENT]
    assert len(mailbox.letters) == 1


async def test_no_e_mail_goes_out_in_clear_where_tls_was_asked_for(engine: Engine) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as server:
        carrier = SmtpCarrier(replace(server, security=SmtpSecurity.STARTTLS))
        receipt = await sender(engine, email=carrier).send(reference_to(PERSON), NOW)
    assert (receipt.outcome, mailbox.letters) == (Outcome.FAILED, [])


@pytest.mark.parametrize(
    ("refuse", "outcome"),
    [
        ({"RCPT": "550 no such user"}, Outcome.FAILED),
        ({"RCPT": "451 try later"}, Outcome.FAILED),
        ({"DATA": "554 spam"}, Outcome.FAILED),
        ({"DATA": "hang up"}, Outcome.UNCLEAR),
    ],
)
async def test_what_the_mail_server_refuses_is_told(
    engine: Engine, refuse: dict[str, str], outcome: Outcome
) -> None:
    async with mail_server(Mailbox(refuse=refuse)) as server:
        receipt = await sender(engine, email=SmtpCarrier(server)).send(reference_to(PERSON), NOW)
    assert (receipt.outcome, receipt.reason) == (outcome, Reason.GATEWAY)
    assert rows(engine) == [("email", PERSON, outcome.value, "gateway")]


async def test_a_mail_server_that_is_down_or_mute_is_not_waited_for(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        server = SmtpServer("127.0.0.1", port, SmtpSecurity.NONE, "mairie@nimes.example", answer_s=0.2)
        silent = await sender(engine, email=SmtpCarrier(server)).send(reference_to(PERSON), NOW)
    down = await sender(engine, email=SmtpCarrier(server)).send(reference_to(PERSON), NOW)
    assert (silent.outcome, down.outcome) == (Outcome.FAILED, Outcome.FAILED)


async def test_nothing_goes_out_without_a_yes_or_to_anywhere_but_a_french_mobile(engine: Engine) -> None:
    with answering() as server:
        carrier = gateway(server.url)
        notifications = sender(engine, sms=carrier)
        refused = [(await notifications.send(reference_to(MOBILE, agreed=False), NOW)).reason]
        for to in ("04 66 20 00 12", "0899 70 12 34", "+32 470 12 34 56", "06 39 98", "", "oui", "a@b"):
            refused.append((await notifications.send(reference_to(to), NOW)).reason)
        empty = Notice("call-1", NoticeKind.LINK, MOBILE, "  ", agreed=True)
        long = Notice("call-1", NoticeKind.LINK, MOBILE, "a" * 460, agreed=True)
        refused += [(await notifications.send(notice, NOW)).reason for notice in (empty, long)]
        await carrier.aclose()
        assert server.seen == []
    assert refused == [
        Reason.NO_CONSENT,
        Reason.NOT_A_MOBILE,
        Reason.NOT_A_MOBILE,
        Reason.FOREIGN,
        Reason.NOT_AN_ADDRESS,
        Reason.NOT_AN_ADDRESS,
        Reason.NOT_AN_ADDRESS,
        Reason.NOT_AN_ADDRESS,
        Reason.TOO_LONG,
        Reason.TOO_LONG,
    ]


async def test_a_city_may_allow_other_countries(engine: Engine) -> None:
    limits = Limits(mobile_prefixes=("+336", "+337", "+262692"))
    notifications = sender(engine, limits=limits)
    assert (await notifications.send(reference_to("+262 692 12 34 56"), NOW)).outcome is Outcome.RECORDED
    assert (await notifications.send(reference_to("+262 262 12 34 56"), NOW)).reason is Reason.FOREIGN


async def test_a_number_gets_only_so_many_messages(engine: Engine) -> None:
    notifications = sender(engine, limits=Limits(per_recipient_a_day=2))
    spellings = (MOBILE, "+33639980001", "0033 6 39 98 00 01")
    reasons = [(await notifications.send(reference_to(to), NOW)).reason for to in spellings]
    assert reasons == [Reason.NONE, Reason.NONE, Reason.TOO_MANY]
    later = NOW + timedelta(hours=23, minutes=59)
    assert (await notifications.send(reference_to(MOBILE), later)).reason is Reason.TOO_MANY
    assert (await notifications.send(reference_to("06 39 98 00 02"), NOW)).reason is Reason.NONE
    # What was refused is not counted: the next day starts anew.
    assert (await notifications.send(reference_to(MOBILE), NOW + timedelta(days=1))).reason is Reason.NONE


async def test_messages_at_the_same_time_are_counted_too(engine: Engine) -> None:
    notifications = sender(engine, limits=Limits(per_recipient_a_day=3))
    receipts = await asyncio.gather(*(notifications.send(reference_to(MOBILE), NOW) for _ in range(8)))
    assert sum(receipt.outcome is Outcome.RECORDED for receipt in receipts) == 3


async def test_all_numbers_together_get_only_so_many(engine: Engine) -> None:
    notifications = sender(engine, limits=Limits(all_an_hour=2))
    numbers = [f"06 39 98 00 0{number}" for number in range(3)]
    reasons = [(await notifications.send(reference_to(to), NOW)).reason for to in numbers]
    assert reasons == [Reason.NONE, Reason.NONE, Reason.TOO_MANY]
    assert (await notifications.send(reference_to(PERSON), NOW)).reason is Reason.NONE


async def test_old_messages_are_forgotten(engine: Engine) -> None:
    notifications = sender(engine)
    await notifications.send(reference_to(MOBILE), NOW - timedelta(days=31))
    await notifications.send(reference_to(PERSON), NOW)
    assert await notifications.forget(NOW - timedelta(days=30)) == 1
    assert [row[1] for row in rows(engine)] == [PERSON]


def test_only_secure_links_are_sent() -> None:
    notice = link_notice("c", MOBILE, "Passeport", "https://nimes.example/p", "Nîmes", agreed=True)
    assert notice.text == "Mairie de Nîmes. Passeport : https://nimes.example/p"
    with pytest.raises(ValueError, match="https"):
        link_notice("c", MOBILE, "Passeport", "http://nimes.example/p", "Nîmes", agreed=True)


async def test_the_settings_open_what_they_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOT_VAR_DIR", str(tmp_path))
    plain = open_notifications(Settings())
    assert plain.media == frozenset()
    await plain.aclose()
    with answering() as server:
        monkeypatch.setenv("CALLBOT_SMS_URL", f"{server.url}/send")
        monkeypatch.setenv("CALLBOT_SMS_BODY", JSON_BODY)
        monkeypatch.setenv("CALLBOT_SMS_HEADERS", '{"X-Key": "secret"}')
        monkeypatch.setenv("CALLBOT_SMTP_HOST", "127.0.0.1")
        with pytest.raises(ValueError, match="CALLBOT_SMTP_FROM"):
            open_notifications(Settings())
        monkeypatch.setenv("CALLBOT_SMTP_FROM", "mairie@nimes.example")
        notifications = open_notifications(Settings())
        assert notifications.media == frozenset(Medium)
        assert (await notifications.send(reference_to(MOBILE), NOW)).outcome is Outcome.SENT
        await notifications.aclose()
    assert server.seen[0].headers["x-key"] == "secret"
    assert "secret" not in repr(Settings())
