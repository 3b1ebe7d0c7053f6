"""The bot is not there, or goes away: the caller always hears why and is passed on if possible."""

from __future__ import annotations

import asyncio
import re
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from websockets.utils import accept_key

from tests.calls.sipp.lab import (
    Samples,
    last_stretch,
    loud_stretch,
    phone,
    pitch_hz,
    recorded,
    sipp,
    sounds,
    worker,
)
from tests.fakes.media_peer import MediaCall, Script, media_peer, stay_silent, tone
from tests.fakes.ports import free_port
from wire import media
from wire.prepared import FOLDER, Prepared

pytestmark = pytest.mark.sip

APOLOGY_HZ, PASSED_ON_HZ, APOLOGY_S = 700, 500, 1.5
LATE_HZ, LATE_S = 1000, 1.2
FALLBACK = "sip:0466760000@127.0.0.1:5999"


def _recorded(path: Path, pitch: float, duration_s: float) -> None:
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(media.SAMPLE_RATE_HZ)
        recording.writeframes(tone(pitch, duration_s))


@pytest.fixture
def var_dir(tmp_path: Path) -> str:
    """A folder with all that telephony says by itself, each at a pitch of its own."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    _recorded(Prepared.LATE.path(folder), LATE_HZ, LATE_S)
    _recorded(Prepared.PASSED_ON.path(folder), PASSED_ON_HZ, APOLOGY_S)
    _recorded(Prepared.LOST.path(folder), APOLOGY_HZ, APOLOGY_S)
    return str(tmp_path)


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


async def test_a_bot_that_cannot_be_reached(tmp_path: Path, var_dir: str) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as caller,
        worker(_closed_door(), var_dir=var_dir) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    _assert_apology(recorded(record)[1])


async def test_a_bot_that_does_not_know_the_token(tmp_path: Path, var_dir: str) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as bot,
        media_peer(stay_silent) as caller,
        worker(bot.url, var_dir=var_dir, internal_token="another") as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    assert not bot.calls
    _assert_apology(recorded(record)[1])


async def test_a_missing_recording_is_replaced_by_tones(tmp_path: Path) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as caller,
        worker(_closed_door(), var_dir=str(tmp_path)) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    said = loud_stretch(recorded(record)[1])
    third = media.SAMPLE_RATE_HZ // 3
    pitches = [pitch_hz(said[at * third + 800 : (at + 1) * third - 800]) for at in range(3)]
    assert pitches == pytest.approx([950, 1400, 1800], abs=10)


@pytest.mark.parametrize("script", [_drop, _break_protocol])
async def test_a_bot_that_goes_away_in_mid_call(tmp_path: Path, var_dir: str, script: object) -> None:
    record = tmp_path / "call.wav"
    async with (
        media_peer(script) as bot,  # type: ignore[arg-type]
        media_peer(stay_silent) as caller,
        worker(bot.url, var_dir=var_dir) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    _assert_apology(recorded(record)[1])


async def test_a_bot_that_freezes(tmp_path: Path, var_dir: str) -> None:
    """It opened its door and then neither reads nor answers a ping: a word, then the apology, both whole."""

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
            worker(url, var_dir=var_dir) as telephony,
            phone(telephony.uri, caller.url, "--record", str(record)) as dial,
        ):
            assert await dial.ends() == 0, dial.output
        thawed.set()
    heard = recorded(record)[1]
    _assert_apology(heard)
    (word_s, word), (apology_s, _) = sounds(heard)
    assert word_s < 3
    assert pitch_hz(word) == pytest.approx(LATE_HZ, abs=5)
    assert len(word) / media.SAMPLE_RATE_HZ == pytest.approx(LATE_S, abs=0.1)
    assert apology_s - word_s < 3


def _stall(call: MediaCall) -> Callable[[], None]:
    """Read nothing more, as a bot whose event loop stands still; returns what ends that."""
    call.socket.transport.pause_reading()  # type: ignore[attr-defined]
    return call.socket.transport.resume_reading  # type: ignore[attr-defined,no-any-return]


async def _called(
    tmp_path: Path, var_dir: str, bot_script: Script, caller_script: Script
) -> tuple[tuple[Samples, Samples], str]:
    """Place a call and wait for its end; returns what caller and bot said, and the worker's log."""
    record = tmp_path / "call.wav"
    async with (
        media_peer(bot_script) as bot,
        media_peer(caller_script) as caller,
        worker(bot.url, var_dir=var_dir) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
        return recorded(record), telephony.process.output


async def test_a_bot_that_stands_still_for_a_moment_keeps_its_call(tmp_path: Path, var_dir: str) -> None:
    """The caller who waits for an answer hears a word, and then the answer."""

    async def answer_late(call: MediaCall) -> None:
        await call.hears(1.5)
        resume = _stall(call)
        await asyncio.sleep(2.2)
        resume()
        await call.say(tone(440, 1.0))
        await call.send(media.Hangup("done"))

    async def ask(call: MediaCall) -> None:
        await call.say(tone(300, 1.0))

    (asked, heard), output = await _called(tmp_path, var_dir, answer_late, ask)
    assert "bot_lost" not in output
    both = np.concatenate([sound for _, sound in sounds(heard)])
    half = media.SAMPLE_RATE_HZ // 2
    assert [pitch_hz(both[:half]), pitch_hz(both[-half:])] == pytest.approx([LATE_HZ, 440], abs=5)
    assert len(both) / media.SAMPLE_RATE_HZ == pytest.approx(LATE_S + 1.0, abs=0.15)
    (asked_s, question), (word_s, _) = sounds(asked)[0], sounds(heard)[0]
    assert word_s - asked_s - len(question) / media.SAMPLE_RATE_HZ < 3


async def test_who_is_thinking_is_not_asked_to_wait(tmp_path: Path, var_dir: str) -> None:
    async def question(call: MediaCall) -> None:
        await call.say(tone(440, 1.0))
        await call.send(media.Mark("question"))
        await call.message(media.Played)
        resume = _stall(call)
        await asyncio.sleep(2.0)
        resume()
        await call.send(media.Hangup("done"))

    (_, heard), output = await _called(tmp_path, var_dir, question, stay_silent)
    assert "bot_l" not in output
    assert [pitch_hz(sound) for _, sound in sounds(heard)] == pytest.approx([440], abs=5)


async def test_the_fallback_line_takes_the_caller(var_dir: str) -> None:
    async with (
        worker(_closed_door(), var_dir=var_dir, fallback_target=FALLBACK) as telephony,
        sipp("transfer.xml", telephony.port, target=FALLBACK, outcome="200 OK") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        await telephony.process.says("call_over .*by_us=True")


async def test_a_fallback_line_that_is_busy_ends_the_call(var_dir: str) -> None:
    async with (
        worker(_closed_door(), var_dir=var_dir, fallback_target=FALLBACK) as telephony,
        sipp("transfer.xml", telephony.port, target=FALLBACK, outcome="486 Busy Here") as caller,
    ):
        assert await caller.ends() == 0, caller.output
        await telephony.process.says("transfer call_id=.* status=busy code=486")


async def test_who_is_passed_on_is_not_asked_to_call_again(tmp_path: Path, var_dir: str) -> None:
    """Unless that comes to nothing: this telephone refuses to follow."""
    record = tmp_path / "call.wav"
    async with (
        media_peer(stay_silent) as caller,
        worker(_closed_door(), var_dir=var_dir, fallback_target=FALLBACK) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    said = [pitch_hz(sound) for _, sound in sounds(recorded(record)[1])]
    assert said == pytest.approx([PASSED_ON_HZ, APOLOGY_HZ], abs=5)


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
