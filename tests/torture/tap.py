"""Sees the RTP of one telephone on loopback, and sends packets under anybody's address; needs root."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass
from types import TracebackType
from typing import Self

WITHIN_S = 20.0
BUFFER_BYTES = 4 * 2**20
# What we send comes back to us, too; packets of this machine have 64.
OUR_TTL = 63
_IP_BYTES, _UDP_BYTES = 20, 8
_PCMA = 8

Address = tuple[str, int]


@dataclass(frozen=True)
class Packet:
    """rtp: from its header on, encrypted where the call is."""

    source: Address
    to: Address
    rtp: bytes

    @property
    def number(self) -> int:
        return int.from_bytes(self.rtp[2:4])

    @property
    def stream(self) -> bytes:
        """SSRC: 4 bytes."""
        return self.rtp[8:12]


def may_tap() -> bool:
    """Whether this process may open a raw socket."""
    try:
        _open().close()
    except PermissionError:
        return False
    return True


class Tap:
    """ports: those from which the telephone may send. count: its packets so far. last: the newest one."""

    def __init__(self, ports: range) -> None:
        self.count = 0
        self.last: Packet | None = None
        self._ports = ports
        self._socket = _open()
        self._seen = asyncio.Event()

    def __enter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    async def packet(self) -> Packet:
        """The newest packet, waiting for the first one if need be. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN_S):
            await self._seen.wait()
        assert self.last is not None
        return self.last

    def send(self, source: Address, to: Address, payload: bytes) -> None:
        """Send one UDP packet that claims to come from `source`; the kernel adds what IP needs."""
        ends = socket.inet_aton(source[0]) + socket.inet_aton(to[0])
        header = struct.pack("!BBHHHBBH8s", 0x45, 0, 0, 0, 0, OUR_TTL, socket.IPPROTO_UDP, 0, ends)
        udp = struct.pack("!HHHH", source[1], to[1], _UDP_BYTES + len(payload), 0)
        self._socket.sendto(header + udp + payload, (to[0], 0))

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._take(self._socket.recv(65_536))

    def _take(self, packet: bytes) -> None:
        source_port, to_port = struct.unpack_from("!HH", packet, _IP_BYTES)
        rtp = packet[_IP_BYTES + _UDP_BYTES :]
        if packet[8] == OUR_TTL or source_port not in self._ports or len(rtp) < 12 or rtp[1] & 0x7F != _PCMA:
            return
        source, to = (socket.inet_ntoa(packet[at : at + 4]) for at in (12, 16))
        self.last = Packet((source, source_port), (to, to_port), rtp)
        self.count += 1
        self._seen.set()


def _open() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    opened.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    opened.setblocking(False)
    return opened
