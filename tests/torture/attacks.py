"""Four calls with sound, and what an attack does to them: `python -m tests.torture.attacks [--seconds 10]`.

Prints, for four calls each, in one run: without an attack; during a flood of 1,000 SIP messages a second
(half INVITEs, half REGISTERs); and how many of 1,000 foreign RTP packets a second were counted in a call,
without SRTP and, as root, with it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import socket
import struct
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.calls.sipp.lab import Worker, worker
from tests.fakes.certificates import self_signed
from tests.fakes.media_peer import MediaPeer, media_peer, stay_silent, tone
from tests.fakes.sip_stranger import Stranger
from tests.torture import srtp

N_CALLS = 4
FLOOD_PER_S = 1_000
FOREIGN_PER_S = 1_000
_OVER = re.compile(
    r"call_over .*?call_id=(\S+).*?gap_worst_ms=([0-9.]+) rtp_packets=([0-9]+) rtp_lost=([0-9]+)"
)


@dataclass(frozen=True)
class Noticed:
    """What four calls noticed, the worst of them. sent, counted: packets of RTP of all together.

    gap_worst_ms: between two frames inside telephony; heard_gap_worst_ms: of packets at the telephone.
    """

    gap_worst_ms: float
    heard_gap_worst_ms: float
    sent: int
    counted: int
    lost: int

    def line(self, name: str) -> str:
        return (
            f"{name:12} calls={N_CALLS} gap_worst_ms={self.gap_worst_ms:.1f}"
            f" heard_gap_worst_ms={self.heard_gap_worst_ms:.1f} rtp_sent={self.sent}"
            f" rtp_counted={self.counted} rtp_lost={self.lost}"
        )


class Talker:
    """A telephone that sends A-law and measures how evenly it hears."""

    def __init__(self, stranger: Stranger) -> None:
        self.stranger = stranger
        self.sent = 0
        self.gap_worst_s = 0.0

    async def talk(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        dialog = self.stranger.dialog
        assert dialog is not None
        self.stranger.rtp.setblocking(False)
        last_s: float | None = None

        def hear() -> None:
            nonlocal last_s
            with contextlib.suppress(BlockingIOError):
                self.stranger.rtp.recv(2048)
                now_s = time.monotonic()
                # The first second is the call's beginning.
                if last_s is not None and now_s - started_s > 1:
                    self.gap_worst_s = max(self.gap_worst_s, now_s - last_s)
                last_s = now_s

        started_s = time.monotonic()
        loop.add_reader(self.stranger.rtp, hear)
        try:
            while time.monotonic() - started_s < seconds:
                packet = (
                    struct.pack("!BBHII", 0x80, 8, self.sent & 0xFFFF, self.sent * 160, 7) + b"\xd5" * 160
                )
                self.stranger.rtp.sendto(packet, ("127.0.0.1", dialog.rtp_port))
                self.sent += 1
                await asyncio.sleep(max(0.0, started_s + self.sent * 0.02 - time.monotonic()))
        finally:
            loop.remove_reader(self.stranger.rtp)


async def four_calls(telephony: Worker, bot: MediaPeer, seconds: float) -> Noticed:
    """Place four calls, let both sides talk, end them."""
    before = len(bot.calls)
    talkers = [Talker(await Stranger(("127.0.0.1", telephony.port)).open()) for _ in range(N_CALLS)]
    try:
        for number, talker in enumerate(talkers):
            async with asyncio.timeout(20):
                while await talker.stranger.call() != 200:  # noqa: ASYNC110 - the limit of calls is full
                    await asyncio.sleep(0.2)
            await (await bot.call(before + number)).say(tone(500, seconds))
        await asyncio.gather(*(talker.talk(seconds) for talker in talkers))
        # Looks at packet counts are a second apart.
        await asyncio.sleep(1.2)
        for talker in talkers:
            status, _ = await talker.stranger.in_call("BYE")
            assert status == 200, (status, telephony.process.output[-3000:])
        ids = {call.start.call_id for call in bot.calls[before:]}
        for call_id in ids:
            await telephony.process.says(f"call_over .*{call_id}")
    finally:
        for talker in talkers:
            talker.stranger.close()
    over = [found for line in telephony.process.lines if (found := _OVER.search(line)) and found[1] in ids]
    assert len(over) == N_CALLS
    return Noticed(
        max(float(each[2]) for each in over),
        max(talker.gap_worst_s for talker in talkers) * 1000,
        sum(talker.sent for talker in talkers),
        sum(int(each[3]) for each in over),
        sum(int(each[4]) for each in over),
    )


async def flooded(telephony: Worker, bot: MediaPeer, seconds: float) -> Noticed:
    """The same while a process floods the worker; it begins when the calls are up."""

    async def flood() -> None:
        await asyncio.sleep(1.5)
        command = ("-m", "tests.torture.flood", str(telephony.port), str(seconds - 1.5), str(FLOOD_PER_S))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == 0

    flooding = asyncio.create_task(flood())
    noticed = await four_calls(telephony, bot, seconds)
    await flooding
    return noticed


async def foreign_packets(telephony: Worker, seconds: float) -> tuple[int, int, int]:
    """One call whose port a stranger finds: packets of the caller, of the stranger, and those counted."""
    talker = Talker(await Stranger(("127.0.0.1", telephony.port)).open())
    foreign = 0
    try:
        assert await talker.stranger.call() == 200
        assert talker.stranger.dialog is not None
        to = ("127.0.0.1", talker.stranger.dialog.rtp_port)
        talking = asyncio.create_task(talker.talk(seconds))
        with socket.socket(type=socket.SOCK_DGRAM) as stranger:
            started_s = time.monotonic()
            while not talking.done():
                packet = struct.pack("!BBHII", 0x80, 8, foreign & 0xFFFF, foreign * 160, 9) + b"\x55" * 160
                stranger.sendto(packet, to)
                foreign += 1
                await asyncio.sleep(max(0.0, started_s + foreign / FOREIGN_PER_S - time.monotonic()))
        await talking
        await asyncio.sleep(1.2)
        n_over = telephony.process.output.count("call_over")
        assert (await talker.stranger.in_call("BYE"))[0] == 200
        await telephony.process.says("call_over", count=n_over + 1)
    finally:
        talker.stranger.close()
    over = [found for line in telephony.process.lines if (found := _OVER.search(line))][-1]
    return talker.sent, foreign, int(over[3])


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.attacks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    seconds = parser.parse_args().seconds
    async with media_peer(stay_silent) as bot, worker(bot.url) as telephony:
        print((await four_calls(telephony, bot, seconds)).line("quiet"), flush=True)
        print((await flooded(telephony, bot, seconds)).line("flood"), flush=True)
        print((await four_calls(telephony, bot, seconds)).line("quiet again"), flush=True)
        own, foreign, counted = await foreign_packets(telephony, seconds)
        share = max(0, counted - own) / foreign
        print(
            f"foreign rtp  own={own} foreign={foreign} counted={counted} foreign_counted={share:.2%}",
            flush=True,
        )
    with tempfile.TemporaryDirectory() as folder:
        certificate = self_signed(Path(folder))
        settings = {"srtp": "mandatory", **certificate.of_a_worker}
        async with media_peer(stay_silent) as bot, worker(bot.url, **settings) as telephony:
            for attack in ("none", *srtp.ATTACKS):
                attacked = await srtp.attacked_call(
                    telephony, bot, certificate, seconds, attack, FOREIGN_PER_S
                )
                print(attacked.line(attack), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
