"""Four calls during a flood, and a stranger's packets in a call; `tests.torture.attacks` measures more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.calls.sipp.lab import worker
from tests.fakes.certificates import self_signed
from tests.fakes.media_peer import media_peer, stay_silent
from tests.torture.attacks import flooded, foreign_packets, four_calls
from tests.torture.srtp import ATTACKS, TAKEN_TWICE, attacked_call
from tests.torture.tap import may_tap

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


@pytest.mark.skipif(not may_tap(), reason="only root may forge addresses")
@pytest.mark.parametrize("attack", ATTACKS)
async def test_nor_is_any_with_srtp_though_he_forges_the_callers_address(tmp_path: Path, attack: str) -> None:
    certificate = self_signed(tmp_path)
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, srtp="mandatory", **certificate.of_a_worker) as telephony,
    ):
        attacked = await attacked_call(telephony, bot, certificate, 3.0, attack, per_s=200)
        assert attacked.foreign > 100
        assert attacked.counted - attacked.own <= (TAKEN_TWICE if attack == "replayed" else 0)
        assert attacked.clean > 0.9
