"""Kamailio in front of several workers: who gets a call, and what no stranger can make it do."""

from __future__ import annotations

import asyncio
import itertools
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.supervise.kamailio import FrontSettings, front_process
from tests.calls.sipp.lab import Process, Worker, running, sipp, worker
from tests.calls.sipp.raw_phone import RawPhone
from tests.fakes.media_peer import MediaPeer, media_peer, stay_silent
from tests.fakes.ports import free_port
from wire import media

ROOT = Path(__file__).parents[2]
WITHIN_S = 15.0
# Workers are at 127.0.0.1; whoever calls from there is believed as they are.
ELSEWHERE = "127.0.0.2"
FALLBACK = "sip:standard@127.0.0.1"

pytestmark = pytest.mark.sip


@dataclass
class Front:
    """A proxy, its workers, and the bot behind them."""

    port: int
    process: Process
    workers: list[Worker]
    bot: MediaPeer

    async def is_taking(self, status: int = 200) -> None:
        """Wait until the proxy, asked whether it takes calls, answers this."""
        with RawPhone(self.port) as probe:
            async with asyncio.timeout(WITHIN_S):
                for number in itertools.count():
                    # The first ones may be lost: nobody listens yet.
                    probe.send("OPTIONS", f"probe{number}", 1)
                    await asyncio.sleep(0.3)
                    if probe.statuses(f"probe{number}") == [status]:
                        return


@asynccontextmanager
async def front(
    tmp_path: Path, n_workers: int = 2, worker_settings: Mapping[str, str] = {}, **settings: object
) -> AsyncIterator[Front]:
    """Start workers of two lines each and a proxy; settings: of the proxy."""
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(media_peer(stay_silent))
        workers = [
            await stack.enter_async_context(worker(bot.url, sip_max_calls="2", **worker_settings))
            for _ in range(n_workers)
        ]
        port = free_port()
        addresses = [f"127.0.0.1:{each.port}" for each in workers]
        made = front_process(
            ROOT,
            tmp_path,
            FrontSettings("127.0.0.1", port, addresses, **settings),  # type: ignore[arg-type]
        )
        process = await stack.enter_async_context(running(*made.command))
        running_front = Front(port, process, workers, bot)
        try:
            await running_front.is_taking()
            yield running_front
        finally:
            # Told to end it takes its own processes with it; killed it would leave them behind.
            if process.child.returncode is None:
                process.child.terminate()
                await process.ends()


def proxied(front: Front, stay_ms: int, *options: str) -> AbstractAsyncContextManager[Process]:
    return sipp("proxied.xml", front.port, *options, stay_ms=str(stay_ms))


async def test_full_workers_pass_calls_on_until_all_are_full(tmp_path: Path) -> None:
    async with front(tmp_path, n_workers=3, calls_per_minute=100) as city:
        async with proxied(city, 4000, "-m", "6", "-l", "6", "-r", "6") as six:
            for number in range(6):
                await city.bot.call(number)
            async with sipp("refused.xml", city.port, code="486") as seventh:
                assert await seventh.ends() == 0, seventh.output
            assert await six.ends() == 0, six.output
        async with proxied(city, 0) as eighth:
            assert await eighth.ends() == 0, eighth.output


async def test_a_draining_worker_gets_no_more_calls_and_loses_none(tmp_path: Path) -> None:
    async with front(tmp_path) as city:
        async with proxied(city, 5000) as first:
            await city.bot.call(0)
            draining = next(each for each in city.workers if "call_incoming" in each.process.output)
            other = next(each for each in city.workers if each is not draining)
            draining.process.child.send_signal(signal.SIGTERM)
            await draining.process.says("stopping live_calls=1")
            for _ in range(2):
                async with proxied(city, 0) as later:
                    assert await later.ends() == 0, later.output
            assert await first.ends() == 0, first.output
        assert other.process.output.count("call_incoming") == 2
        assert await draining.process.ends() == 0


async def test_a_killed_worker_costs_no_new_call(tmp_path: Path) -> None:
    async with front(tmp_path) as city:
        city.workers[0].process.child.kill()
        for _ in range(3):
            async with proxied(city, 0) as caller:
                assert await caller.ends() == 0, caller.output
        assert city.workers[1].process.output.count("call_incoming") == 3


async def test_without_any_worker_the_caller_is_told_at_once(tmp_path: Path) -> None:
    async with front(tmp_path, n_workers=1) as city:
        city.workers[0].process.child.kill()
        await city.is_taking(503)
        async with sipp("refused.xml", city.port, code="503") as caller:
            assert await caller.ends() == 0, caller.output


async def test_one_number_calls_so_often_and_no_oftener(tmp_path: Path) -> None:
    async with front(tmp_path, calls_per_minute=2) as city:
        for _ in range(2):
            async with proxied(city, 0) as caller:
                assert await caller.ends() == 0, caller.output
        async with sipp("refused.xml", city.port, code="403") as third:
            assert await third.ends() == 0, third.output
        async with sipp("proxied.xml", city.port, caller="0639980002", stay_ms="0") as neighbour:
            assert await neighbour.ends() == 0, neighbour.output


@pytest.mark.parametrize("method", ["REGISTER", "REFER", "SUBSCRIBE", "MESSAGE"])
async def test_nothing_but_calls_is_offered(tmp_path: Path, method: str) -> None:
    async with front(tmp_path, n_workers=1) as city:
        with RawPhone(city.port) as stranger:
            stranger.send(method, "x", 1)
            assert await stranger.answer("x", f"1 {method}") == 403


async def test_a_forged_dialog_leads_nowhere(tmp_path: Path) -> None:
    """Neither by a Route through us nor by an address of its own does a stranger make the proxy call out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as carrier:
        carrier.bind(("127.0.0.1", 0))
        carrier.setblocking(False)
        premium = f"sip:0899000000@127.0.0.1:{carrier.getsockname()[1]}"
        async with front(tmp_path, n_workers=1) as city:
            own = f"Route: <sip:127.0.0.1:{city.port};lr>"
            with RawPhone(city.port) as stranger:
                stranger.send("INVITE", "a", 1, uri=premium, peer_tag="forged", headers=[own])
                assert await stranger.answer("a", "1 INVITE") == 403
                further = f"Route: <{premium};lr>"
                stranger.send("INVITE", "b", 1, peer_tag="forged", headers=[own, further])
                assert await stranger.answer("b", "1 INVITE") == 403
                stranger.send("INVITE", "c", 1, uri=premium, peer_tag="forged")
                assert await stranger.answer("c", "1 INVITE") == 481
        with pytest.raises(BlockingIOError):
            carrier.recv(1)


async def test_a_forged_answer_leads_nowhere(tmp_path: Path) -> None:
    """A proxy passes on by its Via what answers nothing: in our name, to whom a stranger likes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
        victim.bind(("127.0.0.1", 0))
        victim.setblocking(False)
        async with front(tmp_path, n_workers=1) as city:
            with RawPhone(city.port, ELSEWHERE) as stranger:
                stranger.forge_answer("x", victim.getsockname()[1])
                stranger.send("OPTIONS", "x", 1)
                assert await stranger.answer("x", "1 OPTIONS") == 200
        with pytest.raises(BlockingIOError):
            victim.recv(1)


async def test_scanners_and_floods_are_met_with_silence(tmp_path: Path) -> None:
    async with front(tmp_path, n_workers=1, pike_density=20) as city:
        with RawPhone(city.port, ELSEWHERE) as scanner:
            scanner.send("OPTIONS", "scan", 1, headers=["User-Agent: friendly-scanner"])
            scanner.send("OPTIONS", "probe", 1)
            assert await scanner.answer("probe", "1 OPTIONS") == 200
            assert scanner.statuses("scan") == []
            for number in range(60):
                scanner.send("OPTIONS", f"flood{number}", 1)
            await city.process.says(f"PIKE - BLOCKing ip {ELSEWHERE}")


async def test_a_trunk_is_answered_and_nobody_else_is(tmp_path: Path) -> None:
    async with front(tmp_path, n_workers=1, only_trunks=True, trunks=[ELSEWHERE]) as city:
        with RawPhone(city.port, ELSEWHERE) as trunk:
            trunk.send("OPTIONS", "x", 1)
            assert await trunk.answer("x", "1 OPTIONS") == 200
    async with front(tmp_path, n_workers=1, only_trunks=True, trunks=["192.0.2.0/24"]) as city:
        with RawPhone(city.port, ELSEWHERE) as stranger:
            stranger.send("OPTIONS", "x", 1)
            await city.process.says("stranger refused method=OPTIONS")
            assert stranger.statuses("x") == []


async def test_a_worker_that_is_no_trunk_hangs_up_through_the_front(tmp_path: Path) -> None:
    async with (
        front(tmp_path, n_workers=1, only_trunks=True, trunks=[ELSEWHERE]) as city,
        sipp("stay.xml", city.port, "-i", ELSEWHERE) as caller,
    ):
        call = await city.bot.call()
        await call.send(media.Hangup("done"))
        assert await caller.ends() == 0, caller.output


async def test_a_trunk_may_take_its_time_with_a_transfer(tmp_path: Path) -> None:
    async with (
        front(tmp_path, n_workers=1, worker_settings={"transfer_targets": FALLBACK}) as city,
        sipp("transfer.xml", city.port, target=FALLBACK, outcome="200 OK", thinks_ms="2000") as caller,
    ):
        call = await city.bot.call()
        await call.send(media.Transfer(FALLBACK))
        assert await caller.ends() == 0, caller.output
        await call.over()
    assert call.messages(media.TransferStatus)[-1].status == "accepted"


async def test_a_trunk_whose_connection_is_gone_is_told_where_it_listens(tmp_path: Path) -> None:
    told: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.put_nowait(await reader.readline())
        writer.close()

    trunk = await asyncio.start_server(listen, "127.0.0.1", 0)
    contact = f"127.0.0.1:{trunk.sockets[0].getsockname()[1]}"
    async with trunk, front(tmp_path, n_workers=1) as city:
        async with sipp("stay.xml", city.port, "-t", "t1", contact=contact):
            call = await city.bot.call()
        await call.send(media.Hangup("done"))
        async with asyncio.timeout(WITHIN_S):
            assert (await told.get()).startswith(b"BYE ")
