"""The bot is not there, or goes away: the caller always hears why and is passed on if possible."""

from __future__ import annotations

import asyncio
import re
import wave
from pathlib import Path

import pytest
from websockets.utils import accept_key

from tests.calls.sipp.lab import Samples, last_stretch, loud_stretch, phone, pitch_hz, recorded, sipp, worker
from tests.fakes.media_peer import MediaCall, media_peer, stay_silent, tone
from tests.fakes.ports import free_port
from wire import media

pytestmark = pytest.mark.sip

APOLOGY_HZ, APOLOGY_S = 700, 1.5
FALLBACK = "sip:0466760000@127.0.0.1:5999"


@pytest.fixture
def apology(tmp_path: Path) -> str:
    path = tmp_path / "apology.wav"
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(media.SAMPLE_RATE_HZ)
        recording.writeframes(tone(APOLOGY_HZ, APOLOGY_S))
    return str(path)


def _assert_apology(heard: Samples) -> None:
    said = last_stretch(heard)
    assert pitch_hz(said) == pytest.approx(APOLOGY_HZ, abs=5)
    assert len(said) / media.SAMPLE_RATE_HZ == pytest.approx(APOLOGY_S, abs=0.1)


def _closed_door() -> str:
    return f"ws://127.0.0.1:{free_port()}/media"


async def _drop(call: MediaCall) -> None:
    """Go away without a word in the middle of a sentence."""
    await call.say(tone(440, 5))
    await call.hears(1.0)
    call.socket.transport.abort()


async def _break_protocol(call: MediaCall) -> None:
    await call.hears(0.5)
    await call.socket.send("{")


async def test_a_bot_that_cannot_be_reached(tmp_path: Path, apology: str) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as caller,
        worker(_closed_door(), apology_wav=apology) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    _assert_apology(recorded(record)[1])


async def test_a_bot_that_does_not_know_the_token(tmp_path: Path, apology: str) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as bot,
        media_peer(stay_silent) as caller,
        worker(bot.url, apology_wav=apology, internal_token="another") as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    assert not bot.calls
    _assert_apology(recorded(record)[1])


async def test_a_missing_recording_is_replaced_by_tones(tmp_path: Path) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as caller,
        worker(_closed_door(), apology_wav=str(tmp_path / "missing.wav")) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    said = loud_stretch(recorded(record)[1])
    third = media.SAMPLE_RATE_HZ // 3
    pitches = [pitch_hz(said[at * third + 800 : (at + 1) * third - 800]) for at in range(3)]
    assert pitches == pytest.approx([950, 1400, 1800], abs=10)


@pytest.mark.parametrize("script", [_drop, _break_protocol])
async def test_a_bot_that_goes_away_in_mid_call(tmp_path: Path, apology: str, script: object) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(script) as bot,  # type: ignore[arg-type]
        media_peer(stay_silent) as caller,
        worker(bot.url, apology_wav=apology) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    _assert_apology(recorded(record)[1])


async def test_a_bot_that_freezes(tmp_path: Path, apology: str) -> None:
    """It opened its door and then neither reads nor answers a ping."""

    thawed = asyncio.Event()

    async def freeze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = re.search(r"(?i)sec-websocket-key: (\S+)", request)
        assert key is not None
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines.append(f"Sec-WebSocket-Accept: {accept_key(key[1])}")
        lines.append(f"Sec-WebSocket-Protocol: {media.SUBPROTOCOL}")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await thawed.wait()
        writer.close()

    record = tmp_path / "call.wav"
    async with await asyncio.start_server(freeze, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/media"
        async with (
            media_peer(stay_silent) as caller,
            worker(url, apology_wav=apology) as telephony,
            phone(telephony.uri, caller.url, "--record", str(record)) as dial,
        ):
            assert await dial.ends() == 0, dial.output
        thawed.set()
    _assert_apology(recorded(record)[1])


async def test_the_fallback_line_takes_the_caller(apology: str) -> None:
    async with (
        worker(_closed_door(), apology_wav=apology, fallback_target=FALLBACK) as telephony,
        sipp("transfer.xml", telephony.port, target=FALLBACK, outcome="200 OK") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        await telephony.process.says("call_over .*by_us=True")


async def test_a_fallback_line_that_is_busy_ends_the_call(apology: str) -> None:
    async with (
        worker(_closed_door(), apology_wav=apology, fallback_target=FALLBACK) as telephony,
        sipp("transfer.xml", telephony.port, target=FALLBACK, outcome="486 Busy Here") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        await telephony.process.says("transfer call_id=.* status=busy code=486")


async def test_a_worker_that_dies_takes_only_its_own_calls_with_it() -> None:
    async with (
        media_peer(stay_silent) as bot,
        media_peer(stay_silent) as caller,
        worker(bot.url) as first,
        worker(bot.url) as second,
        phone(first.uri, caller.url),
    ):
        doomed = await bot.call(0)
        async with phone(second.uri, caller.url) as other_dial:
            survivor = await bot.call(1)
            first.process.child.kill()
            await doomed.over()
            await survivor.hears(1.0)
            await survivor.send(media.Hangup("done"))
            assert await other_dial.ends() == 0, other_dial.output
    assert survivor.messages(media.Hangup) == [media.Hangup("bot")]
