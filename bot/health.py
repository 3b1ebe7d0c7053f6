"""Whether a call would really be answered, asked of the processes that would answer it."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import cast

import httpx

PROBE_TIMEOUT_S = 1.0
# One packet may be lost.
OPTIONS_SENT = 2


@dataclass(frozen=True, slots=True)
class Peers:
    """Base URLs of the processes beside the bot, and where telephony speaks SIP on this machine."""

    rasa_url: str
    actions_url: str
    backend_url: str
    sip_host: str
    sip_port: int


async def check(peers: Peers, client: httpx.AsyncClient) -> dict[str, str]:
    """Return "ok" or what is wrong, by process name."""
    names = ("rasa", "actions", "backend", "telephony")
    results = await asyncio.gather(
        _http(client, f"{peers.rasa_url}/webhooks/rest/"),
        _http(client, f"{peers.actions_url}/health"),
        _http(client, f"{peers.backend_url}/healthz"),
        sip_options(peers.sip_host, peers.sip_port),
    )
    return dict(zip(names, results, strict=True))


def would_answer(states: dict[str, str]) -> bool:
    """A call is answered without the city's report desk: reports wait for it in the outbox."""
    return all(state == "ok" for name, state in states.items() if name != "backend")


async def _http(client: httpx.AsyncClient, url: str) -> str:
    try:
        response = await client.get(url, timeout=PROBE_TIMEOUT_S)
    except httpx.HTTPError as error:
        return type(error).__name__
    return "ok" if response.is_success else f"status {response.status_code}"


async def sip_options(host: str, port: int, within_s: float = PROBE_TIMEOUT_S) -> str:
    """Send one SIP OPTIONS over UDP to this machine and return "ok" if it is answered 200 (RFC 3261, 11)."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[str] = loop.create_future()
    transport, options = await loop.create_datagram_endpoint(
        lambda: _Options(answered), remote_addr=(host, port)
    )
    try:
        for _ in range(OPTIONS_SENT):
            options.send()
            await asyncio.wait((answered,), timeout=within_s / OPTIONS_SENT)
            if answered.done():
                return answered.result()
        return "no answer to OPTIONS"
    finally:
        transport.close()


class _Options(asyncio.DatagramProtocol):
    """One OPTIONS transaction."""

    def __init__(self, answered: asyncio.Future[str]) -> None:
        self._answered = answered
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own datagram transport is not declared as a DatagramTransport in Python 3.11.
        self._datagrams = cast(asyncio.DatagramTransport, transport)
        host, port = transport.get_extra_info("sockname")
        peer_host, peer_port = transport.get_extra_info("peername")
        tag, branch, call_id = (secrets.token_hex(8) for _ in range(3))
        lines = (
            f"OPTIONS sip:{peer_host}:{peer_port} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:health@{host}:{port}>;tag={tag}",
            f"To: <sip:{peer_host}:{peer_port}>",
            f"Call-ID: {call_id}",
            "CSeq: 1 OPTIONS",
            f"Contact: <sip:health@{host}:{port}>",
            "Accept: application/sdp",
            "Content-Length: 0",
            "",
            "",
        )
        self._request = "\r\n".join(lines).encode()

    def send(self) -> None:
        self._datagrams.sendto(self._request)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._resolve("ok" if data.startswith(b"SIP/2.0 200 ") else "OPTIONS refused")

    def error_received(self, exc: Exception) -> None:
        self._resolve("nobody listens")

    def _resolve(self, state: str) -> None:
        if not self._answered.done():
            self._answered.set_result(state)
