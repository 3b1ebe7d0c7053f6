"""A SIP phone that is a bare UDP socket, for what sipp cannot do: two requests in one breath, odd RTP."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import re
import socket
import struct
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

WITHIN_S = 10.0


def _udp_socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


async def send_rtp(
    sender: socket.socket, to: tuple[str, int], frequency_hz: float, duration_s: float, speed: int = 1
) -> None:
    """Send a tone as A-law RTP, `speed` times as fast as it should be."""
    n_packets = round(duration_s * 50)
    step = 2 * math.pi * frequency_hz / 8000
    started_s = time.monotonic()
    stream = random.getrandbits(32)
    for number in range(n_packets):
        samples = (8000 * math.sin(step * (number * 160 + i)) for i in range(160))
        payload = bytes(_alaw(round(sample)) for sample in samples)
        header = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * 160, stream)
        sender.sendto(header + payload, to)
        await asyncio.sleep(max(0.0, started_s + number * 0.02 / speed - time.monotonic()))


def _alaw(sample: int) -> int:
    """One sample by ITU-T G.711."""
    sign = 0x80 if sample >= 0 else 0
    level = min(abs(sample) >> 3, 0xFFF)
    exponent = max(level.bit_length() - 5, 0)
    mantissa = (level >> max(exponent, 1)) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


class RawPhone:
    """port: where the worker listens. host: where this phone speaks SIP from."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._remote = ("127.0.0.1", port)
        self._host = host
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.setblocking(False)
        self._port = self._socket.getsockname()[1]
        # Its sound is never read.
        self._rtp = _udp_socket()
        self.rtp_remote = ("127.0.0.1", 0)
        self._announced = self._rtp.getsockname()[1]
        self._peer_tags: dict[str, str] = {}
        self._received: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._rtp.close()

    def send(
        self,
        method: str,
        call_id: str,
        cseq: int,
        body: str = "",
        *,
        uri: str = "",
        peer_tag: str = "",
        headers: Sequence[str] = (),
    ) -> None:
        """Send one request of a call. uri, peer_tag: other than the call's. headers: more lines."""
        peer_tag = peer_tag or self._peer_tags.get(call_id, "")
        lines = [
            f"{method} {uri or f'sip:3000@127.0.0.1:{self._remote[1]}'} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._host}:{self._port};branch=z9hG4bK{call_id}{method}{cseq}",
            f"From: <sip:0612345678@{self._host}:{self._port}>;tag={call_id}",
            f"To: <sip:3000@127.0.0.1:{self._remote[1]}>" + (f";tag={peer_tag}" if peer_tag else ""),
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:0612345678@{self._host}:{self._port}>",
            "Max-Forwards: 70",
            *headers,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self._remote)

    def forge_answer(self, call_id: str, victim_port: int) -> None:
        """Answer what nobody has asked, as if the remote had passed the request on for a victim."""
        lines = [
            "SIP/2.0 200 OK",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._remote[1]};branch=z9hG4bKforged",
            f"Via: SIP/2.0/UDP 127.0.0.1:{victim_port};branch=z9hG4bKvictim",
            f"From: <sip:a@127.0.0.1>;tag={call_id}",
            f"To: <sip:b@127.0.0.1>;tag={call_id}",
            f"Call-ID: {call_id}",
            "CSeq: 1 INVITE",
            "Content-Length: 0",
        ]
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), self._remote)

    def invite(self, call_id: str, cseq: int = 1) -> None:
        self.send("INVITE", call_id, cseq, self._offer())

    def move(self, *, tell: bool = True) -> None:
        """Send sound from another port from now on. tell: later offers name it."""
        self._rtp.close()
        announced = self._announced
        self._rtp = _udp_socket()
        self._announced = self._rtp.getsockname()[1] if tell else announced

    def stop_listening(self) -> None:
        """From now on the network answers our sound with "port unreachable"."""
        self._rtp.close()

    async def speak(self, frequency_hz: float, duration_s: float) -> None:
        """Send a tone as RTP, A-law, 20 ms a packet."""
        await send_rtp(self._rtp, self.rtp_remote, frequency_hz, duration_s)

    async def answer(self, call_id: str, cseq: str) -> int:
        """Wait for the final status of a request, such as ("a call", "1 INVITE"). Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(WITHIN_S):
            while True:
                message = (await loop.sock_recv(self._socket, 65_536)).decode()
                self._received.append(message)
                status = re.match(r"SIP/2\.0 ([2-6]\d\d)", message)
                if status and f"Call-ID: {call_id}\r\n" in message and f"CSeq: {cseq}\r\n" in message:
                    tag = re.search(r"\r\nTo: .*;tag=([^\s;]+)", message)
                    self._peer_tags[call_id] = tag[1] if tag else ""
                    audio = re.search(r"\r\nm=audio (\d+) ", message)
                    if audio:
                        self.rtp_remote = ("127.0.0.1", int(audio[1]))
                    return int(status[1])

    def statuses(self, call_id: str) -> list[int]:
        """Every status that has come for a call so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._received.append(self._socket.recv(65_536).decode())
        found = (
            re.match(r"SIP/2\.0 (\d{3})", text)
            for text in self._received
            if f"Call-ID: {call_id}\r\n" in text
        )
        return [int(status[1]) for status in found if status]

    async def request(self, method: str, call_id: str) -> None:
        """Wait for a request of the other side. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(WITHIN_S):
            while True:
                message = (await loop.sock_recv(self._socket, 65_536)).decode()
                if message.startswith(f"{method} ") and f"Call-ID: {call_id}\r\n" in message:
                    return

    def _offer(self) -> str:
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"]
        return "\r\n".join([*lines, f"m=audio {self._announced} RTP/AVP 8", ""])
