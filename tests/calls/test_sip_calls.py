"""How calls begin and end: answers, refusals, cancellations, a worker that is told to stop."""

from __future__ import annotations

import signal
import socket

import pytest

from tests.calls.sipp.lab import sipp, worker
from tests.calls.sipp.raw_phone import RawPhone
from tests.fakes.media_peer import media_peer, stay_silent
from wire import media

pytestmark = pytest.mark.sip


async def test_the_caller_hangs_up() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("short.xml", telephony.port) as caller:
            assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert [message for _, message in call.log] == [media.Hangup("caller")]


async def test_a_withheld_number_stays_withheld() -> None:
    headers = "P-Asserted-Identity: <sip:0466000001@pbx>\n      Privacy: id"
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("short.xml", telephony.port, caller="anonymous", headers=headers) as caller:
            assert await caller.ends() == 0, caller.output
        assert (await bot.call()).start.caller == ""
    assert "0466000001" not in telephony.process.output


async def test_the_fifth_call_is_busy_and_the_four_go_on() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("stay.xml", telephony.port, "-m", "4", "-l", "4", "-r", "4") as callers:
            calls = [await bot.call(number) for number in range(4)]
            async with sipp("refused.xml", telephony.port, code="486") as fifth:
                assert await fifth.ends() == 0, fifth.output
            for call in calls:
                await call.hears(0.2)
                await call.send(media.Hangup("done"))
            assert await callers.ends() == 0, callers.output
        async with sipp("short.xml", telephony.port) as sixth:
            assert await sixth.ends() == 0, sixth.output
    assert len({call.start.call_id for call in bot.calls}) == 5


async def test_a_call_that_follows_another_in_the_same_breath_stays_up() -> None:
    """Both have the same number in PJSIP, whose destructor of the first would hang up the second."""
    async with media_peer(stay_silent) as bot, worker(bot.url, sip_max_calls="1") as telephony:
        with RawPhone(telephony.port) as caller:
            caller.invite("first")
            assert await caller.answer("first", "1 INVITE") == 200
            caller.send("ACK", "first", 1)
            await bot.call(0)
            telephony.signal(signal.SIGSTOP)
            caller.send("BYE", "first", 2)
            caller.invite("second")
            telephony.signal(signal.SIGCONT)
            assert await caller.answer("second", "1 INVITE") == 200
            caller.send("ACK", "second", 1)
            call = await bot.call(1)
            await call.hears(0.5)
            await call.send(media.Hangup("done"))
            await caller.request("BYE", "second")


async def test_no_usable_codec_is_not_acceptable() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("refused.xml", telephony.port, code="488", payload="18") as caller:
            assert await caller.ends() == 0, caller.output
        async with sipp("short.xml", telephony.port) as caller:
            assert await caller.ends() == 0, caller.output
    assert len(bot.calls) == 1


async def test_a_flood_of_hopeless_calls_does_not_hurt_the_one_that_is_up() -> None:
    """PJSIP's sockets run out and it aborts when 30 calls come in half a second."""
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url) as telephony,
        sipp("stay.xml", telephony.port) as caller,
    ):
        call = await bot.call()
        flood = ("-m", "300", "-l", "300", "-r", "600")
        async with sipp("refused.xml", telephony.port, *flood, code="488", payload="18") as callers:
            await callers.ends()
        # Whichever looks first: at how many come, or at what they offer.
        await telephony.process.says("requests_refused why=(flood|sdp_codec)")
        await call.hears(0.2)
        await call.send(media.Hangup("done"))
        assert await caller.ends() == 0, caller.output


async def test_a_caller_who_leaves_the_offer_to_us() -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url) as telephony,
        sipp("late_offer.xml", telephony.port) as caller,
    ):
        call = await bot.call()
        await call.hears(0.2)
        await call.send(media.Hangup("done"))
        assert await caller.ends() == 0, caller.output


async def test_a_caller_who_gives_up_while_it_rings() -> None:
    """The bot's door takes the connection but says nothing, so that the call is still ringing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        async with worker(f"ws://127.0.0.1:{mute.getsockname()[1]}/media") as telephony:
            async with sipp("cancelled.xml", telephony.port) as caller:
                assert await caller.ends() == 0, caller.output
            await telephony.process.says("call_over .*code=487 by_us=False")
            telephony.process.child.send_signal(signal.SIGTERM)
            assert await telephony.process.ends() == 0


@pytest.mark.parametrize("scenario", ["refer_in_call.xml", "refer_out_of_call.xml"])
async def test_nobody_makes_us_dial(scenario: str) -> None:
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url) as telephony,
        sipp(scenario, telephony.port) as caller,
    ):
        assert await caller.ends() == 0, caller.output


async def test_hold_and_back() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("hold.xml", telephony.port) as caller:
            assert await caller.ends() == 0, caller.output
        call = await bot.call()
        await call.over()
    assert call.messages(media.Hangup) == [media.Hangup("caller")]
    assert len(bot.calls) == 1


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_told_to_stop_refuses_new_calls_and_lets_the_others_end(told: signal.Signals) -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("stay.xml", telephony.port) as caller:
            call = await bot.call()
            telephony.process.child.send_signal(told)
            await telephony.process.says("stopping live_calls=1")
            async with sipp("refused.xml", telephony.port, code="503") as late:
                assert await late.ends() == 0, late.output
            with RawPhone(telephony.port) as proxy:
                proxy.send("OPTIONS", "probe", 1)
                assert await proxy.answer("probe", "1 OPTIONS") == 503
            await call.send(media.Hangup("done"))
            assert await caller.ends() == 0, caller.output
        assert await telephony.process.ends() == 0
    assert call.messages(media.Hangup) == [media.Hangup("bot")]


async def test_a_worker_told_to_stop_ends_the_calls_that_do_not() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        async with sipp("stay.xml", telephony.port) as caller:
            call = await bot.call()
            telephony.process.child.terminate()
            assert await caller.ends() == 0, caller.output
        assert await telephony.process.ends() == 0
        await call.over()
    assert call.messages(media.Hangup) == [media.Hangup("bot")]


async def test_a_worker_told_twice_to_stop_waits_for_no_call() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url, drain_s="600") as telephony:
        async with sipp("stay.xml", telephony.port) as caller:
            await bot.call()
            telephony.process.child.terminate()
            await telephony.process.says("stopping live_calls=1")
            telephony.process.child.terminate()
            assert await caller.ends() == 0, caller.output
        assert await telephony.process.ends() == 0


async def test_a_worker_is_asked_whether_it_lives() -> None:
    async with worker("ws://127.0.0.1:9/media") as telephony:
        with RawPhone(telephony.port) as caller:
            caller.send("OPTIONS", "probe", 1)
            assert await caller.answer("probe", "1 OPTIONS") == 200
