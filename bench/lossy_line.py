"""A bad line: a SIP and RTP relay for one call that loses and reorders packets of sound.

It stands between a phone and the switchboard: the first INVITE and its answers pass through it and have the
addresses of their sound rewritten (RFC 3264); what follows inside the dialog goes directly, by Contact.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

Address = tuple[str, int]
Forward = Callable[[bytes, Address], None]
_MEDIA = re.compile(rb"(?m)^m=audio (\d+)")
_RTCP = re.compile(rb"(?m)^a=rtcp:.*\r\n")
_LENGTH = re.compile(rb"(?mi)^(Content-Length|l): *\d+")


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own datagram transport is not declared as a DatagramTransport in Python 3.11.
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._forward(data, addr)

    @property
    def port(self) -> int:
        assert self.transport is not None
        return int(self.transport.get_extra_info("sockname")[1])

    def send(self, data: bytes, to: Address) -> None:
        assert self.transport is not None
        self.transport.sendto(data, to)


class _Sound:
    """One direction: packets that arrive leave through another socket, most of them, mostly in order."""

    def __init__(self, loss: float, reorder: float, chance: random.Random) -> None:
        self._loss, self._reorder, self._chance = loss, reorder, chance
        self._late: bytes | None = None
        self.way_out: _Socket | None = None
        self.to: Address | None = None

    def forward(self, packet: bytes, _sender: Address) -> None:
        if self.way_out is None or self.to is None or self._chance.random() < self._loss:
            return
        if self._late is None and self._chance.random() < self._reorder:
            self._late = packet
            return
        self.way_out.send(packet, self.to)
        if self._late is not None:
            self.way_out.send(self._late, self.to)
            self._late = None


@asynccontextmanager
async def lossy_line(switchboard: Address, loss: float, reorder: float, seed: int) -> AsyncIterator[int]:
    """Open a line for one call; gives the SIP port to call instead of the switchboard's.

    loss, reorder: shares of packets of sound, each way.
    """
    chance = random.Random(seed)
    to_switchboard, to_phone = _Sound(loss, reorder, chance), _Sound(loss, reorder, chance)
    phone: list[Address] = []
    async with AsyncExitStack() as stack:
        # Named by who sends to them.
        by_phone = await _open(stack, to_switchboard.forward)
        by_switchboard = await _open(stack, to_phone.forward)
        to_switchboard.way_out, to_phone.way_out = by_switchboard, by_phone

        def signal(message: bytes, sender: Address) -> None:
            if sender == switchboard:
                if phone:
                    sip.send(_announce(message, to_switchboard, by_phone.port), phone[0])
                return
            phone[:] = [sender]
            sip.send(_announce(message, to_phone, by_switchboard.port), switchboard)

        sip = await _open(stack, signal)
        yield sip.port


async def _open(stack: AsyncExitStack, forward: Forward) -> _Socket:
    loop = asyncio.get_running_loop()
    transport, opened = await loop.create_datagram_endpoint(
        lambda: _Socket(forward), local_addr=("127.0.0.1", 0)
    )
    stack.callback(transport.close)
    return opened


def _announce(message: bytes, towards_sender: _Sound, port: int) -> bytes:
    """Note where the sender of a message wants its sound, and have the other side send it to us."""
    head, blank, body = message.partition(b"\r\n\r\n")
    found = _MEDIA.search(body)
    if found is None:
        return message
    towards_sender.to = ("127.0.0.1", int(found[1]))
    body = _RTCP.sub(b"", _MEDIA.sub(b"m=audio %d" % port, body))
    return _LENGTH.sub(b"Content-Length: %d" % len(body), head) + blank + body
