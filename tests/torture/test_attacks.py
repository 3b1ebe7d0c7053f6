"""Four calls during a flood, and a stranger's packets in a call; `tests.torture.attacks` measures more."""

from __future__ import annotations

import pytest

from tests.calls.sipp.lab import worker
from tests.fakes.media_peer import media_peer, stay_silent
from tests.torture.attacks import flooded, foreign_packets, four_calls

pytestmark = [pytest.mark.sip, pytest.mark.torture]


async def test_four_calls_lose_nothing_in_a_flood_and_the_next_ones_are_taken() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        noticed = await flooded(telephony, bot, 5.0)
        assert (noticed.counted, noticed.lost) == (noticed.sent, 0)
        assert (await four_calls(telephony, bot, 2.0)).lost == 0


async def test_of_a_strangers_packets_none_is_counted() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        own, foreign, counted = await foreign_packets(telephony, 5.0)
        assert counted <= own + foreign // 100
