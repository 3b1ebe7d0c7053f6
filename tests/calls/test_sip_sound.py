"""The sound of a real call, from a phone to the bot's door and back, through two PJSIP processes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.calls.sipp.lab import levels, loud_stretch, phone, pitch_hz, recorded, worker
from tests.fakes.media_peer import MediaCall, media_peer, tone
from wire import media

# A hole of 20 ms in the sound is a fault: nothing else may need the processor just then.
pytestmark = [pytest.mark.sip, pytest.mark.alone]

BOT_HZ, CALLER_HZ = 440, 1000
SAID_S = 2.0


async def _greet(call: MediaCall) -> None:
    await call.say(tone(BOT_HZ, SAID_S))
    await call.send(media.Mark("greeted"))
    await call.message(media.Played)
    await call.hears(0.5)
    await call.send(media.Hangup("done"))


async def _speak(call: MediaCall) -> None:
    await call.say(tone(CALLER_HZ, SAID_S))


def _assert_whole(samples: np.ndarray, frequency_hz: float, duration_s: float) -> None:
    """A tone of this pitch and length without a hole: 20 ms of it never fall to half its level."""
    heard = loud_stretch(samples)
    assert pitch_hz(heard) == pytest.approx(frequency_hz, abs=3)
    assert len(heard) / media.SAMPLE_RATE_HZ == pytest.approx(duration_s, abs=0.1)
    assert levels(heard[640:-640]).min() > 0.5 * levels(heard).max()


async def test_four_calls_at_once_keep_their_own_sound(tmp_path: Path) -> None:
    """Each caller has a pitch of its own and is sent another one."""

    async def greet(call: MediaCall) -> None:
        await call.say(tone(2 * int(call.start.caller), SAID_S))
        await call.hears(SAID_S + 1.0)
        await call.send(media.Hangup("done"))

    async def speak(call: MediaCall) -> None:
        await call.say(tone(int(call.start.caller), SAID_S))

    callers_hz = (400, 500, 600, 700)
    async with (
        media_peer(greet) as bot,
        media_peer(speak) as caller,
        worker(bot.url) as telephony,
        AsyncExitStack() as stack,
    ):
        dials = []
        for caller_hz in callers_hz:
            options = ("--from-user", str(caller_hz), "--record", str(tmp_path / f"{caller_hz}.wav"))
            dials.append(await stack.enter_async_context(phone(telephony.uri, caller.url, *options)))
        for dial in dials:
            assert await dial.ends() == 0, dial.output
    for call in bot.calls:
        caller_hz = int(call.start.caller)
        _assert_whole(np.frombuffer(call.heard, dtype="<i2"), caller_hz, SAID_S)
    for caller_hz in callers_hz:
        _assert_whole(recorded(tmp_path / f"{caller_hz}.wav")[1], 2 * caller_hz, SAID_S)


@pytest.mark.parametrize("codec", ["PCMA", "PCMU", "G722"])
async def test_tones_arrive_whole_on_both_sides(tmp_path: Path, codec: str) -> None:
    record = tmp_path / "call.wav"
    options = ("--codec", codec, "--record", str(record), "--from-user", "0612345678")
    async with (
        media_peer(_greet) as bot,
        media_peer(_speak) as caller,
        worker(bot.url) as telephony,
        phone(telephony.uri, caller.url, *options) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    call = bot.calls[0]
    assert (call.start.caller, call.start.callee, call.start.channel) == ("0612345678", "3000", "phone")
    assert call.messages(media.Hangup)[0].reason == "bot"
    assert caller.calls[0].messages(media.Hangup)[0].reason == "caller"
    sent, heard = recorded(record)
    _assert_whole(np.frombuffer(call.heard, dtype="<i2"), CALLER_HZ, SAID_S)
    _assert_whole(heard, BOT_HZ, SAID_S)
    _assert_whole(sent, CALLER_HZ, SAID_S)
