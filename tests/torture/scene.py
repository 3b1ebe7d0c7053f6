"""A worker with one call that stays while others are rude to it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.calls.sipp.lab import Worker, worker
from tests.fakes.media_peer import MediaCall, MediaPeer, media_peer, stay_silent
from tests.fakes.sip_stranger import Stranger
from tests.torture.messages import SILENCE, TortureMessage, offer

# The limit of new calls answers 503; then the same is said again.
TOO_FAST = 503
ANSWER_WITHIN_S = 0.4
WITHIN_S = 40.0


@dataclass
class Scene:
    """call: of `friend`, who is on the telephone all the time."""

    worker: Worker
    bot: MediaPeer
    friend: Stranger
    stranger: Stranger
    call: MediaCall

    async def answer_to(self, message: TortureMessage, us: str = "", me: str = "") -> int:
        """Send it and wait for a final status, SILENCE when none comes. us, me: instead of the real names."""
        names = us or self.stranger.us_name, me or self.stranger.me_name
        sdp = offer("2001:db8::9:1", 40_000) if me else self.stranger.sdp
        while True:
            while not self.stranger.finals.empty():
                self.stranger.finals.get_nowait()
            self.stranger.throw(message.bytes(*names, sdp))
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    status = await self.stranger.finals.get()
            except TimeoutError:
                return SILENCE
            if status != TOO_FAST:
                return status
            await asyncio.sleep(0.2)

    async def all_is_well(self) -> None:
        """The call goes on and is heard, another can be placed. Raises AssertionError, TimeoutError."""
        assert self.worker.lives(), self.worker.process.output
        await self.call.hears(0.2)
        n_calls = len(self.bot.calls)
        async with asyncio.timeout(WITHIN_S):
            for _ in itertools.count():
                if await self.stranger.call() not in (TOO_FAST, 486):
                    break
                await asyncio.sleep(0.2)
        assert self.stranger.dialog is not None
        another = await self.bot.call(n_calls)
        await another.hears(0.2)
        status, _ = await self.stranger.in_call("BYE")
        assert status == 200
        await another.over()

    async def friend_hangs_up(self) -> str:
        """End the call that was up all the time; returns the line that telephony logs of it."""
        status, _ = await self.friend.in_call("BYE")
        assert status == 200, "the call was gone already"
        line = await self.worker.process.says(rf"call_over call_id={self.call.start.call_id}.*")
        return line[0]


@asynccontextmanager
async def scene(host: str = "127.0.0.1", **settings: str) -> AsyncIterator[Scene]:
    """Start a worker at that address, with a bot that says nothing."""
    async with media_peer(stay_silent) as bot, worker(bot.url, sip_bind=host, **settings) as telephony:
        friend, stranger = [await Stranger((host, telephony.port)).open() for _ in range(2)]
        try:
            assert await friend.call() == 200
            yield Scene(telephony, bot, friend, stranger, await bot.call())
        finally:
            for each in (friend, stranger):
                with contextlib.suppress(OSError):
                    each.close()


def gap_worst_ms(line: str) -> float:
    """From what telephony logs at a call's end."""
    found = re.search(r"gap_worst_ms=([0-9.]+)", line)
    assert found is not None, line
    return float(found[1])
