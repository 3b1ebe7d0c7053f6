"""What bot and caller can do to each other during a call: marks, interruptions, keys, silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.calls.sipp.lab import levels, loud_stretch, phone, recorded, sipp, worker
from tests.fakes.media_peer import MediaCall, media_peer, stay_silent, tone
from wire import media

pytestmark = pytest.mark.sip

# Between the sample that leaves the queue and the same sample heard by the other side lie the conference
# bridge, RTP and the jitter buffer; between an event and its place on the test's clock, a loaded machine.
TOLERANCE_SAMPLES = 0.12 * media.SAMPLE_RATE_HZ


async def test_marks_come_in_order_when_their_sound_has_gone_out() -> None:
    async def script(call: MediaCall) -> None:
        for name in ("a", "b", "c"):
            await call.say(tone(440, 0.5))
            await call.send(media.Mark(name))
        await call.until(lambda: len(call.messages(media.Played)) == 3)
        await call.send(media.Hangup("done"))

    async with (
        media_peer(script) as bot,
        media_peer(stay_silent) as caller,
        worker(bot.url) as telephony,
        phone(telephony.uri, caller.url) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    call = bot.calls[0]
    assert [played.mark for played in call.messages(media.Played)] == ["a", "b", "c"]
    times = [call.heard_when(media.Played(name)) for name in ("a", "b", "c")]
    assert np.diff(times) == pytest.approx([8000, 8000], abs=TOLERANCE_SAMPLES)


async def test_clear_silences_the_bot_at_once(tmp_path: Path) -> None:
    """The caller speaks a beep and the bot stops at it: the beep and the end of the tone are on one clock."""
    record = tmp_path / "call.wav"

    async def bot_script(call: MediaCall) -> None:
        await call.say(tone(440, 10))
        await call.send(media.Mark("never heard to its end"))
        await call.until(lambda: np.abs(np.frombuffer(call.heard, dtype="<i2")).max(initial=0) > 2000)
        await call.send(media.Clear(fade_ms=20))
        await call.hears(0.5)
        await call.send(media.Hangup("done"))

    async def caller_script(call: MediaCall) -> None:
        await call.hears(1.0)
        await call.say(tone(1000, 0.3))

    async with (
        media_peer(bot_script) as bot,
        media_peer(caller_script) as caller,
        worker(bot.url) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
    assert bot.calls[0].messages(media.Played) == []
    sent, heard = recorded(record)
    beep_frame = int(np.flatnonzero(levels(sent) > 500)[0])
    quiet_frame = int(np.flatnonzero(levels(heard) > 500)[-1]) + 1
    path_frames = (quiet_frame - beep_frame) * media.FRAME_MS
    # 60 ms of it are the clear; the rest is the way there and back, jitter buffers included.
    assert 0 < path_frames < 60 + 240


async def test_keys_are_pressed_both_ways() -> None:
    async def bot_script(call: MediaCall) -> None:
        await call.until(lambda: len(call.messages(media.Dtmf)) == 3)
        for digit in "7#":
            await call.send(media.Dtmf(digit))

    async def caller_script(call: MediaCall) -> None:
        for digit in "50*":
            await call.send(media.Dtmf(digit))
        await call.until(lambda: len(call.messages(media.Dtmf)) == 2)
        await call.send(media.Hangup("done"))

    async with (
        media_peer(bot_script) as bot,
        media_peer(caller_script) as caller,
        worker(bot.url) as telephony,
        phone(telephony.uri, caller.url) as dial,
    ):
        assert await dial.ends() == 0, dial.output
        await bot.calls[0].over()
    assert [key.digit for key in bot.calls[0].messages(media.Dtmf)] == ["5", "0", "*"]
    assert [key.digit for key in caller.calls[0].messages(media.Dtmf)] == ["7", "#"]


async def test_a_key_pressed_by_sip_info() -> None:
    async def script(call: MediaCall) -> None:
        await call.message(media.Dtmf)
        await call.send(media.Hangup("done"))

    async with (
        media_peer(script) as bot,
        worker(bot.url) as telephony,
        sipp("dtmf_info.xml", telephony.port) as caller,
    ):
        assert await caller.ends() == 0, caller.output
    assert bot.calls[0].messages(media.Dtmf) == [media.Dtmf("7")]


async def test_a_caller_without_sound_is_noticed_and_so_is_its_return(tmp_path: Path) -> None:
    """The key that makes the caller send sound is pressed by SIP INFO: it offered no RTP events."""
    sound = tmp_path / "sound.al"
    sound.write_bytes(bytes(range(200)) * 80)

    async def script(call: MediaCall) -> None:
        await call.message(media.Media)
        await call.send(media.Dtmf("1"))
        await call.until(lambda: len(call.messages(media.Media)) == 2)
        await call.send(media.Hangup("done"))

    async with (
        media_peer(script) as bot,
        worker(bot.url) as telephony,
        sipp("silent_then_speaks.xml", telephony.port, sound=str(sound)) as caller,
    ):
        assert await caller.ends() == 0, caller.output
    absent, flowing = bot.calls[0].messages(media.Media)
    assert (absent.state, flowing.state) == ("absent", "flowing")
    assert 10_000 <= absent.silent_ms <= flowing.silent_ms


async def test_the_phone_presses_out_what_it_was_told_before_it_hangs_up(tmp_path: Path) -> None:
    record = tmp_path / "call.wav"

    async def caller_script(call: MediaCall) -> None:
        await call.say(tone(1000, 1.0))
        await call.send(media.Hangup("done"))

    async with (
        media_peer(stay_silent) as bot,
        media_peer(caller_script) as caller,
        worker(bot.url) as telephony,
        phone(telephony.uri, caller.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
        await bot.calls[0].over()
    heard = loud_stretch(np.frombuffer(bot.calls[0].heard, dtype="<i2"))
    assert len(heard) == pytest.approx(media.SAMPLE_RATE_HZ, abs=TOLERANCE_SAMPLES)
    assert bot.calls[0].messages(media.Hangup) == [media.Hangup("caller")]


async def test_the_phone_says_why_a_call_failed() -> None:
    async with (
        media_peer(stay_silent) as caller,
        worker(caller.url, sip_max_calls="1") as telephony,
        sipp("stay.xml", telephony.port),
    ):
        await caller.call()
        async with phone(telephony.uri, caller.url) as dial:
            assert await dial.ends() == 1
        assert dial.lines[-1] == "486 Busy Here"
