"""Gateways with a certificate that nobody vouches for get nothing; a good one is used."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp

from integrations.notifications import CarrierError
from integrations.notifications_sms_http import HttpSmsCarrier, SmsGateway
from integrations.notifications_smtp import SmtpCarrier, SmtpSecurity, SmtpServer
from tests.fakes.http_answers import answering

PERSON = "zoe@example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for this machine, its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    )
    extension = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run(
        [*command.split(), *extension, "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


class Mailbox:
    """Keeps whom letters came for, and whether they came over TLS."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bool]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos, session.ssl is not None))
        return "250 OK"


@asynccontextmanager
async def mail_server(mailbox: Mailbox, tls: ssl.SSLContext) -> AsyncIterator[SmtpServer]:
    loop = asyncio.get_running_loop()
    options = {"hostname": "mail.example", "loop": loop, "tls_context": tls, "require_starttls": True}
    server = await loop.create_server(lambda: smtp.SMTP(mailbox, **options), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield SmtpServer("127.0.0.1", port, SmtpSecurity.STARTTLS, "mairie@nimes.example", answer_s=2.0)
    finally:
        server.close()
        await server.wait_closed()


async def test_a_mail_server_that_nobody_vouches_for_gets_nothing(tls: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls) as server:
        with pytest.raises(CarrierError) as raised:
            await SmtpCarrier(server).deliver(PERSON, "Bonjour", "Bonjour")
    assert (raised.value.unclear, mailbox.letters) == (False, [])


async def test_a_mail_server_with_a_good_certificate_is_used(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox = Mailbox()
    async with mail_server(mailbox, tls) as server:
        await SmtpCarrier(server).deliver(PERSON, "Bonjour", "Bonjour")
    assert mailbox.letters == [([PERSON], True)]


async def test_an_sms_gateway_that_nobody_vouches_for_gets_nothing(tls: ssl.SSLContext) -> None:
    with answering(tls) as server:
        carrier = HttpSmsCarrier(SmsGateway(f"{server.url}/sms", body="to={to}&text={text}"))
        with pytest.raises(CarrierError) as raised:
            await carrier.deliver("+33639980001", "Bonjour", "")
        await carrier.aclose()
        assert server.seen == []
    assert not raised.value.unclear


async def test_an_sms_gateway_with_a_good_certificate_is_used(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with answering(tls) as server:
        carrier = HttpSmsCarrier(SmsGateway(f"{server.url}/sms", body="to={to}&text={text}"))
        await carrier.deliver("+33639980001", "Bonjour", "")
        await carrier.aclose()
        assert len(server.seen) == 1
