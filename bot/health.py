"""Whether a call would really be answered, asked of the processes that would answer it."""

from __future__ import annotations

import asyncio
import functools
import secrets
import ssl
from dataclasses import dataclass
from typing import cast

import httpx

PROBE_TIMEOUT_S = 1.0
# One packet may be lost.
OPTIONS_SENT = 2
_SILENT, _NOBODY = "no answer to OPTIONS", "nobody listens"


@dataclass(frozen=True, slots=True)
class Peers:
    """Base URLs of the processes beside the bot, and where telephony speaks SIP on this machine.

    sip_transport: udp, tcp or tls.
    """

    rasa_url: str
    actions_url: str
    backend_url: str
    sip_host: str
    sip_port: int
    sip_transport: str = "udp"


async def check(peers: Peers, client: httpx.AsyncClient) -> dict[str, str]:
    """Return "ok" or what is wrong, by process name."""
    names = ("rasa", "actions", "backend", "telephony")
    results = await asyncio.gather(
        _http(client, f"{peers.rasa_url}/webhooks/rest/"),
        _http(client, f"{peers.actions_url}/health"),
        _http(client, f"{peers.backend_url}/healthz"),
        sip_options(peers.sip_host, peers.sip_port, transport=peers.sip_transport),
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


async def sip_options(host: str, port: int, within_s: float = PROBE_TIMEOUT_S, transport: str = "udp") -> str:
    """Send one SIP OPTIONS to this machine and return "ok" if it is answered 200 (RFC 3261, 11)."""
    if transport == "udp":
        return await _over_udp(host, port, within_s)
    try:
        async with asyncio.timeout(within_s):
            return await _over_connection(host, port, transport)
    except TimeoutError:
        return _SILENT
    except OSError:
        return _NOBODY


async def _over_connection(host: str, port: int, transport: str) -> str:
    reader, writer = await asyncio.open_connection(
        host, port, ssl=_unchecked() if transport == "tls" else None
    )
    try:
        own, peer = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
        writer.write(_request(own, peer, transport))
        answer = await reader.readline()
    finally:
        writer.close()
    return _verdict(answer) if answer else _SILENT


@functools.cache
def _unchecked() -> ssl.SSLContext:
    """Whether it answers is asked, not who it is: we are on its own machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _over_udp(host: str, port: int, within_s: float) -> str:
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
        return _SILENT
    finally:
        transport.close()


def _request(own: tuple[str, int], peer: tuple[str, int], transport: str) -> bytes:
    (host, port), (peer_host, peer_port) = own, peer
    tag, branch, call_id = (secrets.token_hex(8) for _ in range(3))
    lines = (
        f"OPTIONS sip:{peer_host}:{peer_port} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {host}:{port};branch=z9hG4bK{branch};rport",
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
    return "\r\n".join(lines).encode()


def _verdict(answer: bytes) -> str:
    return "ok" if answer.startswith(b"SIP/2.0 200 ") else "OPTIONS refused"


class _Options(asyncio.DatagramProtocol):
    """One OPTIONS transaction."""

    def __init__(self, answered: asyncio.Future[str]) -> None:
        self._answered = answered
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own datagram transport is not declared as a DatagramTransport in Python 3.11.
        self._datagrams = cast(asyncio.DatagramTransport, transport)
        own, peer = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        self._request = _request(own, peer, "udp")

    def send(self) -> None:
        self._datagrams.sendto(self._request)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._resolve(_verdict(data))

    def error_received(self, exc: Exception) -> None:
        self._resolve(_NOBODY)

    def _resolve(self, state: str) -> None:
        if not self._answered.done():
            self._answered.set_result(state)
