"""SIP over TLS and SRTP, with another worker's phone and with baresip as peers; plain sound is refused where
settings say so."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.calls.sipp.lab import levels, phone, pitch_hz, sipp, worker
from tests.fakes.baresip import HEARD_HZ, baresip
from tests.fakes.media_peer import MediaCall, media_peer, stay_silent, tone
from wire import media

pytestmark = pytest.mark.sip

TONE_HZ = 700


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert))
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return str(cert), str(key)


def _tls(certificate: tuple[str, str]) -> dict[str, str]:
    cert, key = certificate
    return {"sip_transport": "tls", "sip_tls_cert": cert, "sip_tls_key": key}


async def _hears(call: MediaCall, frequency_hz: float) -> None:
    """Wait until a clean tone of this pitch has come."""
    window = media.SAMPLE_RATE_HZ // 5

    def is_tone() -> bool:
        last = np.frombuffer(bytes(call.heard[-2 * window :]), dtype="<i2")
        return len(last) == window and levels(last).min() > 300 and abs(pitch_hz(last) - frequency_hz) < 15

    await call.until(is_tone)


async def _speak(call: MediaCall) -> None:
    await call.say(tone(TONE_HZ, 3.0))


async def test_baresip_calls_over_tls_with_srtp_and_is_heard(certificate: tuple[str, str]) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, srtp="mandatory", **_tls(certificate)) as telephony,
        baresip(f"sip:3000@127.0.0.1:{telephony.port};transport=tls", encryption="srtp-mand"),
    ):
        call = await bot.call()
        await _hears(call, HEARD_HZ)
        await call.send(media.Hangup("done"))
        await call.over()


@pytest.mark.torture
@pytest.mark.parametrize("srtp", ["optional", "mandatory"])
async def test_a_phone_calls_over_tls_with_srtp_and_both_are_heard(
    certificate: tuple[str, str], tmp_path: Path, srtp: str
) -> None:
    options = ("--transport", "tls", "--tls-ca", certificate[0], "--srtp", "mandatory")
    async with (
        media_peer(stay_silent) as bot,
        media_peer(_speak) as caller,
        worker(bot.url, srtp=srtp, **_tls(certificate)) as telephony,
        phone(f"sip:3000@127.0.0.1:{telephony.port};transport=tls", caller.url, *options) as calling,
    ):
        call = await bot.call()
        await call.say(tone(TONE_HZ, 3.0))
        await _hears(call, TONE_HZ)
        await _hears(await caller.call(), TONE_HZ)
        await call.send(media.Hangup("done"))
        assert await calling.ends() == 0, calling.output


@pytest.mark.torture
async def test_a_phone_does_not_speak_to_a_worker_that_nobody_vouches_for(
    certificate: tuple[str, str],
) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, **_tls(certificate)) as telephony,
        phone(f"sip:3000@127.0.0.1:{telephony.port};transport=tls", bot.url, "--transport", "tls") as calling,
    ):
        assert await calling.ends() == 1
    assert bot.calls == []


@pytest.mark.torture
async def test_old_versions_of_tls_are_refused(certificate: tuple[str, str]) -> None:
    async with worker("ws://127.0.0.1:9/media", **_tls(certificate)) as telephony:
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


async def test_plain_sound_is_refused_where_srtp_is_mandatory(certificate: tuple[str, str]) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, srtp="mandatory", **_tls(certificate)) as telephony,
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
