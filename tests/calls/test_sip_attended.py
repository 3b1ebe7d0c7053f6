"""Attended transfers: the service is called on a second line, asked by a whisper, joined or not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from telephony.transfer import is_final
from tests.calls.sipp.lab import Samples, levels, phone, pitch_hz, recorded, sipp, sipp_agent, worker
from tests.fakes.media_peer import MediaCall, MediaPeer, Script, media_peer, tone
from tests.fakes.ports import free_port
from wire import media

pytestmark = pytest.mark.sip

WHISPER_HZ, CALLER_HZ, AGENT_HZ, RINGING_HZ = 600, 1000, 700, 440
WHISPER_S = 1.0


class Bot:
    """Asks for one attended transfer, then hangs up if it comes to nothing."""

    def __init__(self, to: str) -> None:
        self._to = to

    async def __call__(self, call: MediaCall) -> None:
        whisper = tone(WHISPER_HZ, WHISPER_S)
        n_frames = len(whisper) // media.FRAME_BYTES
        await call.send(media.Transfer(self._to, "attended", {"X-Service": "voirie"}, n_frames))
        await call.say(whisper)
        await call.until(lambda: _outcome(call) is not None)
        # What a bot does in either case; it must not end a call that an agent has taken.
        await call.send(media.Hangup("done"))


def leaves_after(bot: MediaPeer) -> Script:
    """A caller who hangs up a moment after the bot's part is over."""

    async def script(call: MediaCall) -> None:
        await (await bot.call()).over()
        await call.hears(0.5)
        await call.send(media.Hangup("done"))

    return script


async def stay_through_transfer(to: str, **settings: str) -> MediaCall:
    """Call, stay on the line while the bot tries to put the call through, then hear the bot hang up."""
    async with (
        media_peer(Bot(to)) as bot,
        worker(bot.url, transfer_targets=to, **settings) as telephony,
        sipp("stay.xml", telephony.port) as caller,
    ):
        assert await caller.ends() == 0, caller.output
        await bot.calls[0].over()
    assert bot.calls[0].messages(media.Hangup) == [media.Hangup("bot")]
    return bot.calls[0]


def _outcome(call: MediaCall) -> media.TransferStatus | None:
    return next((status for status in call.messages(media.TransferStatus) if is_final(status.status)), None)


def _heard(call: MediaCall) -> Samples:
    return np.frombuffer(bytes(call.heard), dtype="<i2")


def _has_tone(samples: Samples, frequency_hz: float, least_s: float = 0.3) -> bool:
    """Whether a tone of this pitch lasts so long somewhere, in windows of 100 ms."""
    window = media.SAMPLE_RATE_HZ // 10
    n_in_a_row = longest = 0
    for at in range(0, len(samples) - window, window):
        piece = samples[at : at + window]
        is_tone = levels(piece).min() > 300 and abs(pitch_hz(piece) - frequency_hz) < 15
        n_in_a_row = n_in_a_row + 1 if is_tone else 0
        longest = max(longest, n_in_a_row)
    return longest * 0.1 >= least_s


async def test_an_agent_who_presses_1_and_the_caller_hear_each_other(tmp_path: Path) -> None:
    record = tmp_path / "call.wav"

    async def agent_script(call: MediaCall) -> None:
        await call.until(lambda: _has_tone(_heard(call), WHISPER_HZ, 0.8))
        await call.send(media.Dtmf("1"))
        await call.until(lambda: _has_tone(_heard(call), CALLER_HZ))
        await call.say(tone(AGENT_HZ, 1.0))
        await call.message(media.Dtmf)
        await call.send(media.Hangup("done"))

    async def caller_script(call: MediaCall) -> None:
        # Speaks all the time: the agent must hear it only once both are joined.
        await call.say(tone(CALLER_HZ, 30.0))
        await call.until(lambda: _has_tone(_heard(call), AGENT_HZ))
        await call.send(media.Clear())
        await call.send(media.Dtmf("5"))

    async with (
        media_peer(agent_script) as agent_mind,
        media_peer(caller_script) as caller_mind,
        worker(agent_mind.url) as agent,
        media_peer(Bot(agent.uri)) as bot,
        worker(bot.url, transfer_targets=agent.uri) as telephony,
        phone(telephony.uri, caller_mind.url, "--record", str(record)) as dial,
    ):
        assert await dial.ends() == 0, dial.output
        await bot.calls[0].over()
        await telephony.process.says("call_over", count=2)
    call, agent_call = bot.calls[0], agent_mind.calls[0]
    states = [status.status for status in call.messages(media.TransferStatus)]
    assert states == ["trying", "ringing", "accepted"]
    assert call.messages(media.Hangup) == [media.Hangup("transferred")]
    assert agent_call.messages(media.Dtmf) == [media.Dtmf("5")]
    heard = _heard(agent_call)
    whisper_ends = int(WHISPER_S * media.SAMPLE_RATE_HZ)
    assert not _has_tone(heard[:whisper_ends], CALLER_HZ)
    assert _has_tone(recorded(record)[1], RINGING_HZ)
    assert not _has_tone(recorded(record)[1], WHISPER_HZ)


async def test_the_agent_hangs_up_when_the_caller_does() -> None:
    async def agent_script(call: MediaCall) -> None:
        await call.send(media.Dtmf("1"))

    async with (
        media_peer(agent_script) as agent_mind,
        worker(agent_mind.url) as agent,
        media_peer(Bot(agent.uri)) as bot,
        media_peer(leaves_after(bot)) as caller_mind,
        worker(bot.url, transfer_targets=agent.uri) as telephony,
    ):
        async with phone(telephony.uri, caller_mind.url) as dial:
            assert await dial.ends() == 0, dial.output
        await (await agent_mind.call()).over()
    assert agent_mind.calls[0].messages(media.Hangup) == [media.Hangup("caller")]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (media.Dtmf("2"), media.TransferStatus("refused", 603)),
        (media.Hangup("no"), media.TransferStatus("refused", 603)),
    ],
)
async def test_an_agent_who_refuses_leaves_the_caller_with_the_bot(
    answer: media.FromBot, status: media.TransferStatus
) -> None:
    async def agent_script(call: MediaCall) -> None:
        await call.until(lambda: _has_tone(_heard(call), WHISPER_HZ))
        await call.send(answer)

    async with media_peer(agent_script) as agent_mind, worker(agent_mind.url) as agent:
        call = await stay_through_transfer(agent.uri)
        await agent_mind.calls[0].over()
    assert _outcome(call) == status


@pytest.mark.parametrize(("code", "status"), [("486", "busy"), ("603", "refused"), ("404", "failed")])
async def test_a_service_that_does_not_take_the_call(code: str, status: media.TransferState) -> None:
    async with sipp_agent("agent_busy.xml", code=code, expected="X-Service: voirie") as (agent, uri):
        call = await stay_through_transfer(uri)
        assert await agent.ends() == 0, agent.output
    assert _outcome(call) == media.TransferStatus(status, int(code))


@pytest.mark.parametrize(("digit", "status"), [("1", "accepted"), ("2", "refused")])
async def test_an_agents_telephone_that_sends_keys_by_sip_info(
    digit: str, status: media.TransferState
) -> None:
    async with (
        sipp_agent("agent_accepts.xml", digit=digit) as (agent, uri),
        media_peer(Bot(uri)) as bot,
        media_peer(leaves_after(bot)) as caller_mind,
        worker(bot.url, transfer_targets=uri) as telephony,
        phone(telephony.uri, caller_mind.url) as dial,
    ):
        assert await dial.ends() == 0, dial.output
        assert await agent.ends() == 0, agent.output
    outcome = _outcome(bot.calls[0])
    assert outcome is not None
    assert outcome.status == status


async def test_a_service_that_does_not_answer() -> None:
    async with sipp_agent("agent_rings.xml") as (agent, uri):
        call = await stay_through_transfer(uri, transfer_ring_s="1")
        assert await agent.ends() == 0, agent.output
    assert _outcome(call) == media.TransferStatus("no_answer", 408)


async def test_a_caller_who_hangs_up_while_the_service_rings() -> None:
    async def caller_script(call: MediaCall) -> None:
        def service_rings() -> bool:
            statuses = bot.calls[0].messages(media.TransferStatus)
            return "ringing" in [status.status for status in statuses]

        await (await bot.call()).until(service_rings)
        await call.send(media.Hangup("tired of waiting"))

    async with (
        sipp_agent("agent_rings.xml") as (agent, uri),
        media_peer(Bot(uri)) as bot,
        media_peer(caller_script) as caller_mind,
        worker(bot.url, transfer_targets=uri) as telephony,
    ):
        async with phone(telephony.uri, caller_mind.url) as dial:
            assert await dial.ends() == 0, dial.output
        assert await agent.ends() == 0, agent.output
        await telephony.process.says("call_over", count=2)
        await bot.calls[0].over()
    assert bot.calls[0].messages(media.Hangup) == [media.Hangup("caller")]


async def test_a_service_that_is_not_there_at_all() -> None:
    outcome = _outcome(await stay_through_transfer(f"sip:agent@127.0.0.1:{free_port()}", transfer_ring_s="2"))
    assert outcome is not None
    assert outcome.status in ("no_answer", "failed")


async def test_without_a_line_left_the_transfer_fails_and_the_call_goes_on() -> None:
    call = await stay_through_transfer(f"sip:agent@127.0.0.1:{free_port()}", sip_max_calls="1")
    assert call.messages(media.TransferStatus) == [media.TransferStatus("failed", 503)]


async def test_pjsips_own_cap_is_met_as_cleanly() -> None:
    """The settings promise more lines than PJSIP was compiled for."""
    uri = f"sip:agent@127.0.0.1:{free_port()}"
    peers = 0

    async def script(call: MediaCall) -> None:
        nonlocal peers
        peers += 1
        if peers == 4:
            await Bot(uri)(call)
            for other in bot.calls[:3]:
                await other.send(media.Hangup("done"))

    async with (
        media_peer(script) as bot,
        worker(bot.url, transfer_targets=uri, sip_max_calls="8") as telephony,
        sipp("stay.xml", telephony.port, "-m", "4", "-l", "4", "-r", "4") as callers,
    ):
        assert await callers.ends() == 0, callers.output
        await bot.calls[3].over()
        async with sipp("short.xml", telephony.port) as another:
            assert await another.ends() == 0, another.output
    assert bot.calls[3].messages(media.TransferStatus) == [media.TransferStatus("failed", 503)]


async def test_a_bot_that_dies_after_the_handover_is_not_missed() -> None:
    async def agent_script(call: MediaCall) -> None:
        await call.send(media.Dtmf("1"))
        await call.until(lambda: _has_tone(_heard(call), CALLER_HZ, 2.0))
        await call.send(media.Hangup("done"))

    async def dying(call: MediaCall) -> None:
        await Bot(agent.uri)(call)
        call.socket.transport.abort()

    async def caller_script(call: MediaCall) -> None:
        await bot.calls[0].over()
        await asyncio.wait_for(call.say(tone(CALLER_HZ, 4.0)), 5)

    async with (
        media_peer(agent_script) as agent_mind,
        worker(agent_mind.url) as agent,
        media_peer(caller_script) as caller_mind,
        media_peer(dying) as bot,
        worker(bot.url, transfer_targets=agent.uri) as telephony,
        phone(telephony.uri, caller_mind.url) as dial,
    ):
        assert await dial.ends() == 0, dial.output
        assert "bot_lost" not in telephony.process.output


async def test_a_service_is_called_over_the_transport_that_is_spoken() -> None:
    async with (
        sipp_agent("agent_busy.xml", "-t", "t1", code="486", expected="X-Service: voirie") as (agent, uri),
        media_peer(Bot(uri)) as bot,
        worker(bot.url, transfer_targets=uri, sip_transport="tcp") as telephony,
        sipp("stay.xml", telephony.port, "-t", "t1"),
    ):
        assert await agent.ends() == 0, agent.output
        await (await bot.call()).over()
    outcome = _outcome(bot.calls[0])
    assert outcome is not None
    assert outcome.status == "busy"
