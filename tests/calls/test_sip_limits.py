"""Who may call, how often, and for how long: what a worker enforces by itself, without a front."""

from __future__ import annotations

import socket
import sys

import pytest

from tests.calls.sipp.lab import running, sipp, worker
from tests.calls.sipp.raw_phone import RawPhone
from tests.fakes.media_peer import media_peer, stay_silent
from wire import media

pytestmark = pytest.mark.sip


async def test_one_number_calls_so_often_and_no_oftener() -> None:
    async with media_peer(stay_silent) as bot, worker(bot.url, calls_per_number="2") as telephony:
        for _ in range(2):
            async with sipp("short.xml", telephony.port) as caller:
                assert await caller.ends() == 0, caller.output
        async with sipp("refused.xml", telephony.port, code="403") as third:
            assert await third.ends() == 0, third.output
        async with sipp("short.xml", telephony.port, caller="0639980002") as neighbour:
            assert await neighbour.ends() == 0, neighbour.output
        assert "why=calls_of_a_number" in telephony.process.output
        assert "0612345678" not in telephony.process.output


async def test_a_call_that_the_bot_does_not_end_is_ended() -> None:
    """What settings allow takes four minutes at least."""
    async with media_peer(stay_silent) as bot:
        command = "import telephony.main as m; m.AFTER_GOODBYE_S = -58.0; raise SystemExit(m.main())"
        async with (
            worker(bot.url, call_max_s="60", program=command) as telephony,
            sipp("stay.xml", telephony.port) as caller,
        ):
            call = await bot.call()
            await telephony.process.says("call_too_long .*limit_s=2")
            assert await caller.ends() == 0, caller.output
            await call.over()
    assert call.messages(media.Hangup) == [media.Hangup("bot")]


def _own_address() -> str:
    """An address of this machine that is not loopback."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(probe.getsockname()[0])


@pytest.mark.parametrize(
    ("transport", "kind"),
    [
        ("udp", socket.SOCK_DGRAM),
        pytest.param("tcp", socket.SOCK_STREAM, marks=pytest.mark.torture),
    ],
)
async def test_who_is_no_trunk_gets_no_answer_at_all(transport: str, kind: socket.SocketKind) -> None:
    outside = _own_address()
    head = f"OPTIONS sip:3000@{outside} SIP/2.0\r\nVia: SIP/2.0/{transport.upper()} {outside}:9;rport"
    question = (
        f"{head};branch=z9hG4bKx\r\nFrom: <sip:a@{outside}>;tag=a\r\nTo: <sip:3000@{outside}>\r\n"
        "Call-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    for trunks, is_answered in ((outside, True), ("198.51.100.0/24", False), ("any", True)):
        settings = {"sip_bind": "0.0.0.0", "sip_trunks": trunks, "sip_transport": transport}
        async with worker("ws://127.0.0.1:9/media", **settings) as telephony:
            with socket.socket(type=kind) as stranger:
                stranger.settimeout(2)
                stranger.bind((outside, 0))
                try:
                    stranger.connect((outside, telephony.port))
                    stranger.sendall(question.encode())
                    answer = stranger.recv(4096)
                except TimeoutError:
                    answer = b""
            assert answer.startswith(b"SIP/2.0 200") == is_answered, (trunks, answer)
            if transport == "udp":
                with RawPhone(telephony.port) as front:
                    front.send("OPTIONS", "ping", 1)
                    assert await front.answer("ping", "1 OPTIONS") == 200


@pytest.mark.parametrize(
    ("named", "env"),
    [
        ("CALLBOT_SIP_TRUNKS", {"CALLBOT_SIP_BIND": "0.0.0.0"}),
        ("CALLBOT_SIP_TLS_CERT", {"CALLBOT_SIP_TRANSPORT": "tls"}),
        ("CALLBOT_SRTP", {"CALLBOT_SRTP": "on"}),
    ],
)
async def test_a_worker_says_which_setting_keeps_it_from_starting(named: str, env: dict[str, str]) -> None:
    async with running(sys.executable, "-m", "telephony.main", env=env) as process:
        assert await process.ends() == 2
    assert f"{named}: " in process.output


async def test_a_worker_whose_port_is_taken_ends_and_says_so() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        env = {"CALLBOT_SIP_PORT": str(taken.getsockname()[1])}
        async with running(sys.executable, "-m", "telephony.main", env=env) as process:
            assert await process.ends() == 1
    assert "sip_failed" in process.output
