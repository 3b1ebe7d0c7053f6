"""A call would be answered only if telephony, Rasa and the actions all say so."""

import asyncio
from typing import cast

import httpx
import pytest

from bot.health import Peers, check, sip_options, would_answer
from tests.fakes.ports import free_ports


class SipPeer(asyncio.DatagramProtocol):
    """Answers every datagram with one status line."""

    def __init__(self, status: bytes) -> None:
        self._status = status
        self.requests: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.requests.append(data)
        self._transport.sendto(b"SIP/2.0 " + self._status + b"\r\n\r\n", addr)


@pytest.mark.parametrize(("status", "state"), [(b"200 OK", "ok"), (b"503 Down", "OPTIONS refused")])
async def test_telephony_is_asked_by_sip(status: bytes, state: str) -> None:
    transport, peer = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: SipPeer(status), local_addr=("127.0.0.1", 0)
    )
    assert await sip_options("127.0.0.1", transport.get_extra_info("sockname")[1]) == state
    request = peer.requests[0].decode()
    assert request.startswith("OPTIONS sip:127.0.0.1:")
    assert request.endswith("Content-Length: 0\r\n\r\n")
    transport.close()


async def test_nobody_there_is_no_answer() -> None:
    ports = free_ports(4)
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    async with httpx.AsyncClient() as client:
        states = await check(Peers(*urls[:3], "127.0.0.1", ports[3]), client)
    assert states["rasa"] == states["actions"] == states["backend"] == "ConnectError"
    assert states["telephony"] == "nobody listens"


def test_the_report_desk_may_be_down_but_nothing_else() -> None:
    states = dict.fromkeys(("rasa", "actions", "backend", "telephony"), "ok")
    assert would_answer(states | {"backend": "ConnectError"})
    for name in ("rasa", "actions", "telephony"):
        assert not would_answer(states | {name: "ConnectError"})
