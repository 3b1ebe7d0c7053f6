"""Strangers who send RTP into a call, and callers whose sound comes from elsewhere."""

from __future__ import annotations

import socket

import pytest

from tests.calls.sipp.heard import hears_tone, share_of_loud
from tests.calls.sipp.lab import Worker, phone, sipp, worker
from tests.calls.sipp.raw_phone import RawPhone, send_rtp
from tests.fakes.media_peer import MediaCall, MediaPeer, media_peer, stay_silent, tone
from wire import media

pytestmark = pytest.mark.sip

CALLER_HZ, STRANGER_HZ = 500, 1200
LOCKED = "rtp_source_locked"


async def _call(phone: RawPhone, bot: MediaPeer) -> MediaCall:
    phone.invite("c")
    assert await phone.answer("c", "1 INVITE") == 200
    phone.send("ACK", "c", 1)
    return await bot.call()


async def test_a_stranger_is_not_heard_once_the_callers_source_is_known() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        with RawPhone(telephony.port) as phone, socket.socket(type=socket.SOCK_DGRAM) as stranger:
            call = await _call(phone, bot)
            await phone.speak(CALLER_HZ, 2.5)
            await telephony.process.says(LOCKED)
            call.heard.clear()
            await send_rtp(stranger, phone.rtp_remote, STRANGER_HZ, 20.0, speed=20)
            await phone.speak(CALLER_HZ, 1.0)
            assert share_of_loud(call, STRANGER_HZ) == 0
            assert share_of_loud(call, CALLER_HZ) > 0.8


async def test_nor_before_that() -> None:
    """PJSIP by itself switches to whoever sends."""
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        with RawPhone(telephony.port) as phone, socket.socket(type=socket.SOCK_DGRAM) as stranger:
            call = await _call(phone, bot)
            await send_rtp(stranger, phone.rtp_remote, STRANGER_HZ, 20.0, speed=20)
            assert share_of_loud(call, STRANGER_HZ) == 0
            await phone.speak(CALLER_HZ, 1.0)
            assert share_of_loud(call, CALLER_HZ) > 0.8


async def _lock(phone: RawPhone, bot: MediaPeer, telephony: Worker) -> MediaCall:
    call = await _call(phone, bot)
    await phone.speak(CALLER_HZ, 2.5)
    await telephony.process.says(LOCKED)
    return call


async def test_a_caller_whose_sound_moves_with_a_reinvite_is_heard_at_once() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        with RawPhone(telephony.port) as phone:
            call = await _lock(phone, bot, telephony)
            phone.move()
            phone.invite("c", 2)
            assert await phone.answer("c", "2 INVITE") == 200
            phone.send("ACK", "c", 2)
            call.heard.clear()
            await phone.speak(STRANGER_HZ, 2.5)
            assert share_of_loud(call, STRANGER_HZ) > 0.8
            await telephony.process.says(LOCKED, count=2)


async def test_a_caller_whose_sound_moves_without_a_word_is_heard_after_a_while() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        with RawPhone(telephony.port) as phone:
            call = await _lock(phone, bot, telephony)
            phone.move(tell=False)
            await phone.speak(STRANGER_HZ, 6.0)
            assert share_of_loud(call, STRANGER_HZ) > 0.1
            await phone.speak(STRANGER_HZ, 3.0)
            await telephony.process.says(LOCKED, count=2)


async def test_a_telephone_that_stops_listening_hurts_nobody() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        with RawPhone(telephony.port) as phone:
            call = await _lock(phone, bot, telephony)
            phone.stop_listening()
            await call.hears(1.0)
            await call.send(media.Hangup("done"))
            await phone.request("BYE", "c")
        async with sipp("short.xml", telephony.port) as another:
            assert await another.ends() == 0, another.output


async def test_a_phone_hears_a_worker_that_listens_at_all_addresses() -> None:
    """It names another address of its own than the one that was called, and its sound comes from that one."""
    async with (
        media_peer(stay_silent) as bot,
        media_peer(stay_silent) as caller,
        worker(bot.url, sip_bind="0.0.0.0", sip_trunks="127.0.0.1") as telephony,
        phone(telephony.uri, caller.url),
    ):
        call = await bot.call()
        await call.say(tone(CALLER_HZ, 3.0))
        await hears_tone(await caller.call(), CALLER_HZ)
        await call.send(media.Hangup("done"))
        await call.over()
