"""Registration to a PBX, and calls over the transports that keep a connection."""

from __future__ import annotations

import asyncio
import signal
import ssl
from pathlib import Path

import pytest

from tests.calls.sipp.lab import running, sipp, worker
from tests.fakes.media_peer import media_peer, stay_silent
from tests.fakes.ports import free_port
from wire import media

pytestmark = pytest.mark.sip

SECRET = "a secret for tests"


async def test_a_worker_registers_once_the_pbx_is_there_and_leaves_politely() -> None:
    port = free_port()
    settings = {
        "sip_registrar": f"127.0.0.1:{port}",
        "sip_transport": "tcp",
        "sip_user": "callbot",
        "sip_password": SECRET,
    }
    async with worker("ws://127.0.0.1:9/media", **settings) as telephony:
        await telephony.process.says("registration_failed code=")
        async with sipp("registrar.xml", port, "-p", str(port), "-t", "t1") as pbx:
            await telephony.process.says("registered for_s=300")
            telephony.process.child.send_signal(signal.SIGTERM)
            assert await pbx.ends() == 0, pbx.output
        assert await telephony.process.ends() == 0
    assert SECRET not in telephony.process.output


async def test_a_call_over_tcp() -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, sip_transport="tcp") as telephony,
        sipp("short.xml", telephony.port, "-t", "t1") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert call.messages(media.Hangup) == [media.Hangup("caller")]


@pytest.fixture
async def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate and its key."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=pbx.test",
    ]
    async with running(*command, "-keyout", str(key), "-out", str(cert)) as openssl:
        assert await openssl.ends() == 0, openssl.output
    return cert, key


async def test_options_over_tls(certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    settings = {"sip_transport": "tls", "sip_tls_cert": str(cert), "sip_tls_key": str(key)}
    async with worker("ws://127.0.0.1:9/media", **settings) as telephony:
        trust = ssl.create_default_context(cafile=str(cert))
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", telephony.port, ssl=trust, server_hostname="pbx.test"
        )
        writer.write(
            f"OPTIONS {telephony.uri} SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:1;branch=z9hG4bK1\r\n"
            f"From: <sip:probe@127.0.0.1>;tag=1\r\nTo: <{telephony.uri}>\r\nCall-ID: probe\r\n"
            "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n".encode()
        )
        async with asyncio.timeout(5):
            answer = await reader.readline()
        writer.close()
    assert answer.startswith(b"SIP/2.0 200 ")
