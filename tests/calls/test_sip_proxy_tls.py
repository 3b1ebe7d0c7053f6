"""Kamailio's TLS: a call comes in encrypted and reaches a worker; nothing old or plain is spoken there."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.calls.sipp.heard import hears_tone
from tests.calls.sipp.lab import phone, sipp
from tests.calls.test_sip_killed import FALLBACK, PROGRAM, kept, succeeded
from tests.calls.test_sip_proxy import Front, front
from tests.fakes.baresip import HEARD_HZ, baresip
from tests.fakes.certificates import Certificate, self_signed
from tests.fakes.media_peer import MediaCall, media_peer, tone
from tests.fakes.ports import free_port
from wire import media

pytestmark = pytest.mark.sip
HOST = "sip.example.fr"
TONE_HZ = 700


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return self_signed(tmp_path)


async def _speak(call: MediaCall) -> None:
    await call.say(tone(TONE_HZ, 3.0))


@asynccontextmanager
async def encrypting(port: int, certificate: Path) -> AsyncIterator[int]:
    """Give a TCP port whose connections go to `port` over TLS: Debian's sipp speaks none itself."""
    trust = ssl.create_default_context(cafile=str(certificate))

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trust, server_hostname=HOST
        )
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # the other side went first
    finally:
        writer.close()


@asynccontextmanager
async def encrypted_front(
    tmp_path: Path, certificate: Certificate, worker_settings: Mapping[str, str] = {}
) -> AsyncIterator[tuple[Front, int]]:
    """A front before one worker, and the port where it speaks TLS."""
    port = free_port()
    crypt = {"tls_port": port, "tls_cert": certificate.certificate, "tls_key": certificate.key}
    async with front(tmp_path, 1, worker_settings, **crypt) as city:
        yield city, port


async def test_a_call_over_tls_reaches_a_worker(tmp_path: Path, certificate: Certificate) -> None:
    async with encrypted_front(tmp_path, certificate) as (city, tls_port):
        async with (
            encrypting(tls_port, certificate.certificate) as port,
            sipp("proxied.xml", port, "-t", "t1", stay_ms="500") as caller,
        ):
            await city.bot.call(0)
            assert await caller.ends() == 0, caller.output
        assert city.workers[0].process.output.count("call_incoming") == 1


async def test_a_telephone_speaks_tls_to_the_front_and_srtp_to_the_worker(
    tmp_path: Path, certificate: Certificate
) -> None:
    crypt = ("--transport", "tls", "--tls-ca", str(certificate.certificate), "--srtp", "mandatory")
    async with (
        encrypted_front(tmp_path, certificate, {"srtp": "mandatory"}) as (city, port),
        media_peer(_speak) as caller,
        phone(f"sip:3000@127.0.0.1:{port};transport=tls", caller.url, *crypt) as calling,
    ):
        call = await city.bot.call()
        await call.say(tone(TONE_HZ, 3.0))
        await hears_tone(call, TONE_HZ)
        await hears_tone(await caller.call(), TONE_HZ)
        await call.send(media.Hangup("done"))
        assert await calling.ends() == 0, calling.output


async def test_a_telephone_is_passed_on_over_its_own_connection_when_its_worker_is_killed(
    tmp_path: Path, certificate: Certificate
) -> None:
    """baresip's Contact names a port where it has no certificate to show."""
    settings = {"srtp": "mandatory", "fallback_target": FALLBACK, "var_dir": str(tmp_path / "var")}
    settings |= {"program": PROGRAM, "sip_port": str(free_port())}
    async with (
        encrypted_front(tmp_path, certificate, settings) as (city, port),
        baresip(f"sip:3000@127.0.0.1:{port};transport=tls", encryption="srtp-mand"),
    ):
        await hears_tone(await city.bot.call(), HEARD_HZ)
        await kept(tmp_path / "var", 1)
        await succeeded(city.workers[0])
        await city.workers[0].process.says("dialog_answered .*method=REFER code=202")
        # Having gone where it was sent, baresip knows no such call any more.
        await city.workers[0].process.says("dialog_answered .*method=BYE code=(200|481)")
        await kept(tmp_path / "var", 0)


async def test_plain_sound_is_refused_through_the_front_where_srtp_is_mandatory(
    tmp_path: Path, certificate: Certificate
) -> None:
    async with (
        encrypted_front(tmp_path, certificate, {"srtp": "mandatory"}) as (city, tls_port),
        encrypting(tls_port, certificate.certificate) as port,
        sipp("refused.xml", port, "-t", "t1", code="488") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        assert city.bot.calls == []


async def test_nothing_old_and_nothing_plain_is_spoken_at_the_tls_port(
    tmp_path: Path, certificate: Certificate
) -> None:
    async with encrypted_front(tmp_path, certificate) as (_, tls_port):
        for version, is_spoken in ((("-tls1_1", "-cipher", "ALL@SECLEVEL=0"), False), (("-tls1_2",), True)):
            shaken = await asyncio.to_thread(
                subprocess.run,
                ["openssl", "s_client", *version, "-connect", f"127.0.0.1:{tls_port}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20,
                check=False,
            )
            assert (b"Cipher is (NONE)" not in shaken.stdout) == is_spoken, shaken.stdout
        reader, writer = await asyncio.open_connection("127.0.0.1", tls_port)
        writer.write(b"OPTIONS sip:3000@127.0.0.1 SIP/2.0\r\nContent-Length: 0\r\n\r\n")
        async with asyncio.timeout(20):
            assert b"SIP/2.0" not in await reader.read()
        writer.close()
