"""SIP over TLS and SRTP, with another worker's phone and with baresip as peers; plain sound is refused where
settings say so."""

from __future__ import annotations

import signal
import socket
import ssl
from pathlib import Path

import pytest

from bot.health import sip_options
from tests.calls.sipp.heard import hears_tone
from tests.calls.sipp.lab import phone, sipp, worker
from tests.fakes.baresip import HEARD_HZ, baresip
from tests.fakes.certificates import Certificate, self_signed
from tests.fakes.media_peer import MediaCall, media_peer, stay_silent, tone
from wire import media

pytestmark = pytest.mark.sip

TONE_HZ = 700


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"))


async def _speak(call: MediaCall) -> None:
    await call.say(tone(TONE_HZ, 3.0))


async def test_baresip_calls_over_tls_with_srtp_and_is_heard(certificate: Certificate) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, srtp="mandatory", **certificate.of_a_worker) as telephony,
        baresip(f"sip:3000@127.0.0.1:{telephony.port};transport=tls", encryption="srtp-mand"),
    ):
        call = await bot.call()
        await hears_tone(call, HEARD_HZ)
        await call.send(media.Hangup("done"))
        await call.over()


@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_whether_it_answers_is_asked_over_the_transport_that_it_speaks(
    certificate: Certificate, transport: str
) -> None:
    settings = certificate.of_a_worker | {"sip_transport": transport}
    async with media_peer(stay_silent) as bot, worker(bot.url, **settings) as telephony:
        for _ in range(3):
            assert await sip_options("127.0.0.1", telephony.port, transport=transport) == "ok"
        telephony.signal(signal.SIGSTOP)
        state = await sip_options("127.0.0.1", telephony.port, 0.5, transport)
        telephony.signal(signal.SIGCONT)
        assert state == "no answer to OPTIONS"
        telephony.process.child.terminate()
        await telephony.process.ends()
        assert await sip_options("127.0.0.1", telephony.port, transport=transport) == "nobody listens"


@pytest.mark.torture
@pytest.mark.parametrize("srtp", ["optional", "mandatory"])
async def test_a_phone_calls_over_tls_with_srtp_and_both_are_heard(
    certificate: Certificate, tmp_path: Path, srtp: str
) -> None:
    options = ("--transport", "tls", "--tls-ca", str(certificate.certificate), "--srtp", "mandatory")
    async with (
        media_peer(stay_silent) as bot,
        media_peer(_speak) as caller,
        worker(bot.url, srtp=srtp, **certificate.of_a_worker) as telephony,
        phone(f"sip:3000@127.0.0.1:{telephony.port};transport=tls", caller.url, *options) as calling,
    ):
        call = await bot.call()
        await call.say(tone(TONE_HZ, 3.0))
        await hears_tone(call, TONE_HZ)
        await hears_tone(await caller.call(), TONE_HZ)
        await call.send(media.Hangup("done"))
        assert await calling.ends() == 0, calling.output


@pytest.mark.torture
async def test_a_phone_does_not_speak_to_a_worker_that_nobody_vouches_for(
    certificate: Certificate,
) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, **certificate.of_a_worker) as telephony,
        phone(f"sip:3000@127.0.0.1:{telephony.port};transport=tls", bot.url, "--transport", "tls") as calling,
    ):
        assert await calling.ends() == 1
    assert bot.calls == []


@pytest.mark.torture
async def test_old_versions_of_tls_are_refused(certificate: Certificate) -> None:
    async with worker("ws://127.0.0.1:9/media", **certificate.of_a_worker) as telephony:
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with (
            socket.create_connection(("127.0.0.1", telephony.port), timeout=10) as plain,
            pytest.raises((ssl.SSLError, ConnectionResetError)),
        ):
            old.wrap_socket(plain)


async def test_plain_sound_is_refused_where_srtp_is_mandatory(certificate: Certificate) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, srtp="mandatory", **certificate.of_a_worker) as telephony,
        baresip(f"sip:3000@127.0.0.1:{telephony.port};transport=tls"),
    ):
        await telephony.process.says("requests_refused why=sdp_transport")
    assert bot.calls == []
    # On loopback SRTP also goes without TLS: behind a front that speaks TLS.
    async with (
        worker("ws://127.0.0.1:9/media", srtp="mandatory") as telephony,
        sipp("refused.xml", telephony.port, code="488") as caller,
    ):
        assert await caller.ends() == 0, caller.output


@pytest.mark.torture
async def test_plain_sound_is_taken_where_srtp_is_optional_and_srtp_refused_where_it_is_off() -> None:
    async with media_peer(stay_silent) as bot:
        async with (
            worker(bot.url, srtp="optional") as telephony,
            sipp("short.xml", telephony.port) as caller,
        ):
            assert await caller.ends() == 0, caller.output
        async with (
            worker(bot.url) as telephony,
            phone(telephony.uri, bot.url, "--srtp", "mandatory") as calling,
        ):
            assert await calling.ends() == 1
            assert "488" in calling.output
