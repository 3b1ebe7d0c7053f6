"""A worker is killed: its successor passes the callers whom it left in silence on to the fallback line."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from runtime.keeper import serving
from telephony.dialog import Dialog
from telephony.dialog_files import DialogFiles
from tests.calls.sipp.lab import WITHIN_S, Worker, dial, phone, running, sipp, sipp_agent, worker
from tests.calls.sipp.raw_phone import RawPhone
from tests.calls.test_sip_attended import Bot
from tests.calls.test_sip_proxy import front
from tests.fakes.certificates import self_signed
from tests.fakes.media_peer import media_peer, stay_silent
from tests.fakes.ports import free_port

pytestmark = pytest.mark.sip

FALLBACK = "sip:0466760000@127.0.0.1:5999"
# One that ends so soon has no successor: its keeper would be started anew.
PROGRAM = (
    "from runtime import keeper; keeper.SOON_S = 0; import telephony.main as m; raise SystemExit(m.main())"
)


def kept_worker(media_url: str, **settings: str) -> AbstractAsyncContextManager[Worker]:
    """A worker whose keeper has a successor for it at once, at the same port."""
    return worker(media_url, program=PROGRAM, sip_port=str(free_port()), **settings)


async def kept(var_dir: Path, count: int) -> list[Path]:
    """Wait until so many dialogs are kept. Raises TimeoutError."""

    def found() -> list[Path]:
        return list(var_dir.glob("run/dialogs/*/*.json"))

    async with asyncio.timeout(WITHIN_S):
        while len(await asyncio.to_thread(found)) != count:  # noqa: ASYNC110 - told by another process
            await asyncio.sleep(0.02)
    return found()


async def succeeded(killed: Worker) -> None:
    """Kill the process that serves, and wait for the one that its keeper has ready."""
    killed.signal(signal.SIGKILL)
    await killed.process.says(f"ready sip_port={killed.port}", 2)
    assert killed.process.child.returncode is None
    first, killed.pid = killed.pid, serving(killed.process.child.pid)
    assert killed.pid not in (0, first, killed.process.child.pid)


@asynccontextmanager
async def restarted(killed: Worker, media_url: str, **settings: str) -> AsyncIterator[Worker]:
    """Kill a keeper, and with it what it keeps, and start another in its place, as supervisord does."""
    killed.process.child.kill()
    await killed.process.ends()
    async with worker(media_url, sip_port=str(killed.port), **settings) as next_worker:
        yield next_worker


@pytest.mark.parametrize("outcome", ["202 Accepted", "603 Decline"])
async def test_the_caller_of_a_killed_worker_is_passed_on(tmp_path: Path, outcome: str) -> None:
    metrics_port = free_port()
    settings = {"fallback_target": FALLBACK, "var_dir": str(tmp_path), "metrics_port": str(metrics_port)}
    async with (
        media_peer(stay_silent) as bot,
        kept_worker(bot.url, **settings) as telephony,
        sipp("transfer_refused.xml", telephony.port, target=FALLBACK, outcome=outcome) as caller,
    ):
        await bot.call()
        (path,) = await kept(tmp_path, 1)
        assert path.stat().st_mode & 0o077 == 0
        await succeeded(telephony)
        with RawPhone(telephony.port) as watchdog:
            watchdog.send("OPTIONS", "probe", 1)
            assert await watchdog.answer("probe", "1 OPTIONS") == 200
        assert await caller.ends() == 0, caller.output
        await telephony.process.says("dialog_answered .*method=BYE code=200")
        async with sipp("short.xml", telephony.port) as later:
            assert await later.ends() == 0, later.output
        async with httpx.AsyncClient() as prometheus:
            figures = (await prometheus.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
        assert 'callbot_sip_calls_total{result="answered"} 1.0' in figures
    await kept(tmp_path, 0)


async def test_the_caller_of_a_killed_keeper_is_passed_on(tmp_path: Path) -> None:
    settings = {"fallback_target": FALLBACK, "var_dir": str(tmp_path)}
    async with (
        media_peer(stay_silent) as bot,
        worker(bot.url, **settings) as first,
        sipp("transfer_refused.xml", first.port, target=FALLBACK, outcome="202 Accepted") as caller,
    ):
        await bot.call()
        await kept(tmp_path, 1)
        async with restarted(first, bot.url, **settings):
            assert await caller.ends() == 0, caller.output
    await kept(tmp_path, 0)


async def test_a_telephone_goes_where_it_is_sent(tmp_path: Path) -> None:
    port = free_port()
    settings = {"fallback_target": f"sip:standard@127.0.0.1:{port}", "var_dir": str(tmp_path)}
    async with (
        running("sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-nostdin"),
        media_peer(stay_silent) as bot,
        media_peer(stay_silent) as caller,
        kept_worker(bot.url, **settings) as telephony,
    ):
        calling = asyncio.create_task(dial(telephony.uri, caller.url, "--follow"))
        await bot.call()
        await kept(tmp_path, 1)
        await succeeded(telephony)
        assert await calling == (f"transferred_to={settings['fallback_target']}\n", 0)
        await telephony.process.says("dialog_answered .*method=REFER code=202")
        await telephony.process.says("dialog_answered .*method=BYE code=200")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_a_pbx_that_listens_is_told(tmp_path: Path, transport: str) -> None:
    asked: asyncio.Queue[str] = asyncio.Queue()

    async def pbx(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode()
                asked.put_nowait(request.partition(" ")[0])
                copied = re.findall(r"(?m)^(?:Via|From|To|Call-ID|CSeq): .*$", request)
                writer.write("\n".join(["SIP/2.0 200 OK\r", *copied, "Content-Length: 0\r", "\r\n"]).encode())
        writer.close()

    port = free_port()
    settings = {"sip_port": str(port), "sip_transport": transport, "var_dir": str(tmp_path)}
    settings |= {"fallback_target": FALLBACK}
    crypt = None
    if transport == "tls":
        certificate = self_signed(tmp_path)
        crypt = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        crypt.load_cert_chain(certificate.certificate, certificate.key)
        settings |= certificate.of_a_worker | {"sip_tls_ca": str(certificate.certificate)}
    async with await asyncio.start_server(pbx, "127.0.0.1", 0, ssl=crypt) as server:
        leave_a_call(tmp_path, port, server.sockets[0].getsockname()[1], transport)
        async with media_peer(stay_silent) as bot, worker(bot.url, **settings) as up:
            async with asyncio.timeout(WITHIN_S):
                assert [await asked.get(), await asked.get()] == ["REFER", "BYE"]
            await up.process.says("dialog_answered .*method=BYE code=200")
    await kept(tmp_path, 0)


def leave_a_call(var_dir: Path, port: int, pbx_port: int, transport: str) -> None:
    """Keep a dialog as a worker at `port` would that was killed."""
    target = f"sip:0612345678@127.0.0.1:{pbx_port};transport={transport}"
    contact = f"<sip:callbot@127.0.0.1:{port};transport={transport}>"
    left = Dialog("x@y", "<sip:3000@y>;tag=1", "<sip:0612345678@y>;tag=2", target, (), contact, True)
    files = DialogFiles(var_dir / "run" / "dialogs" / str(port))
    files.keep("a", left)
    files.settle()


async def test_behind_the_front_too(tmp_path: Path) -> None:
    settings = {"fallback_target": FALLBACK, "var_dir": str(tmp_path / "var")}
    settings |= {"program": PROGRAM, "sip_port": str(free_port())}
    async with (
        front(tmp_path, n_workers=1, worker_settings=settings) as city,
        sipp("transfer_refused.xml", city.port, target=FALLBACK, outcome="202 Accepted") as caller,
    ):
        await city.bot.call()
        await kept(tmp_path / "var", 1)
        await succeeded(city.workers[0])
        assert await caller.ends() == 0, caller.output


async def test_caller_and_agent_are_parted(tmp_path: Path) -> None:
    """Of a joined call the caller is passed on, and the agent hung up."""
    async with sipp_agent("agent_accepts.xml", digit="1") as (agent, to):
        settings = {"fallback_target": FALLBACK, "var_dir": str(tmp_path), "transfer_targets": to}
        async with (
            media_peer(Bot(to)) as bot,
            kept_worker(bot.url, **settings) as telephony,
            sipp("transfer_refused.xml", telephony.port, target=FALLBACK, outcome="202 Accepted") as caller,
        ):
            await telephony.process.says("joined ")
            await kept(tmp_path, 2)
            await succeeded(telephony)
            assert await caller.ends() == 0, caller.output
            assert await agent.ends() == 0, agent.output
    await kept(tmp_path, 0)


async def test_without_a_fallback_line_the_caller_is_hung_up(tmp_path: Path) -> None:
    async with (
        media_peer(stay_silent) as bot,
        media_peer(stay_silent) as caller,
        kept_worker(bot.url, var_dir=str(tmp_path)) as telephony,
        phone(telephony.uri, caller.url) as telephone,
    ):
        await bot.call()
        await kept(tmp_path, 1)
        await succeeded(telephony)
        assert await telephone.ends() == 0, telephone.output
