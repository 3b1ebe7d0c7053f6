"""A SIP phone that is a bare UDP socket, for what sipp cannot do: sending two requests in one breath."""

from __future__ import annotations

import asyncio
import re
import socket
from types import TracebackType
from typing import Self

WITHIN_S = 10.0


class RawPhone:
    """port: where the worker listens."""

    def __init__(self, port: int) -> None:
        self._remote = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._port = self._socket.getsockname()[1]
        # Its sound is never read.
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind(("127.0.0.1", 0))
        self._peer_tags: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._rtp.close()

    def send(self, method: str, call_id: str, cseq: int, body: str = "") -> None:
        """Send one request of a call."""
        peer_tag = self._peer_tags.get(call_id)
        lines = [
            f"{method} sip:3000@127.0.0.1:{self._remote[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch=z9hG4bK{call_id}{method}{cseq}",
            f"From: <sip:0612345678@127.0.0.1:{self._port}>;tag={call_id}",
            f"To: <sip:3000@127.0.0.1:{self._remote[1]}>" + (f";tag={peer_tag}" if peer_tag else ""),
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:0612345678@127.0.0.1:{self._port}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self._remote)

    def invite(self, call_id: str) -> None:
        self.send("INVITE", call_id, 1, self._offer())

    async def answer(self, call_id: str, cseq: str) -> int:
        """Wait for the final status of a request, such as ("a call", "1 INVITE"). Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(WITHIN_S):
            while True:
                message = (await loop.sock_recv(self._socket, 65_536)).decode()
                status = re.match(r"SIP/2\.0 ([2-6]\d\d)", message)
                if status and f"Call-ID: {call_id}\r\n" in message and f"CSeq: {cseq}\r\n" in message:
                    tag = re.search(r"\r\nTo: .*;tag=([^\s;]+)", message)
                    self._peer_tags[call_id] = tag[1] if tag else ""
                    return int(status[1])

    async def request(self, method: str, call_id: str) -> None:
        """Wait for a request of the other side. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(WITHIN_S):
            while True:
                message = (await loop.sock_recv(self._socket, 65_536)).decode()
                if message.startswith(f"{method} ") and f"Call-ID: {call_id}\r\n" in message:
                    return

    def _offer(self) -> str:
        rtp_port = self._rtp.getsockname()[1]
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"]
        return "\r\n".join([*lines, f"m=audio {rtp_port} RTP/AVP 8", ""])
