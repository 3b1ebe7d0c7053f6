"""A SIP speaker on a bare UDP socket that says anything and behaves well afterwards."""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
import uuid
from dataclasses import dataclass
from typing import Self, cast

from tests.torture.messages import offer

WITHIN_S = 5.0
_STATUS = re.compile(rb"SIP/2\.0 ([1-6]\d\d)")
_REQUEST = re.compile(rb"([A-Z]+) \S+ SIP/2\.0\r\n")


@dataclass
class Dialog:
    """One call that is up. call_id also is our tag; peer_tag theirs; cseq the last one used."""

    call_id: str
    peer_tag: str
    target: str
    rtp_port: int
    cseq: int = 1


class Stranger(asyncio.DatagramProtocol):
    """Ends every call that an input of ours happened to begin, and answers what it is asked.

    us: host and port of who is spoken to. dialog: the call that is kept.
    finals: final statuses of what was thrown, as they come.
    """

    def __init__(self, us: tuple[str, int]) -> None:
        self.us = us
        self.dialog: Dialog | None = None
        self._numbers = itertools.count()
        self._name = uuid.uuid4().hex[:12]
        self.finals: asyncio.Queue[int] = asyncio.Queue()
        self._waiting: dict[tuple[str, str], asyncio.Future[bytes]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self.rtp = socket.socket(socket.AF_INET6 if ":" in us[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((us[0], 0))

    async def open(self) -> Self:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self.us[0], 0))
        return self

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()
        self.rtp.close()

    @property
    def us_name(self) -> str:
        return _name(*self.us)

    @property
    def me_name(self) -> str:
        assert self._transport is not None
        return _name(*self._transport.get_extra_info("sockname")[:2])

    @property
    def sdp(self) -> str:
        """An offer of plain sound at our socket."""
        return offer(self.us[0], self.rtp.getsockname()[1])

    def throw(self, message: bytes) -> None:
        """Send these bytes."""
        assert self._transport is not None
        self._transport.sendto(message, self.us)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens: whoever checks will find that out."""

    def datagram_received(self, data: bytes, addr: object) -> None:
        status = _STATUS.match(data)
        if status is None:
            if _REQUEST.match(data) and not data.startswith(b"ACK "):
                self._answer(data)
            return
        call_id, cseq = _field(data, "Call-ID"), _field(data, "CSeq")
        waiting = self._waiting.get((call_id, cseq))
        if int(status[1]) >= 200:
            is_ours = self.dialog is not None and call_id == self.dialog.call_id
            if waiting is not None and not waiting.done():
                waiting.set_result(data)
            elif cseq.endswith(" INVITE") and not is_ours:
                self.finals.put_nowait(int(status[1]))
                self._let_go(data, int(status[1]))
            elif not cseq.endswith(" BYE"):
                self.finals.put_nowait(int(status[1]))

    async def ask(
        self,
        method: str,
        body: str = "",
        *,
        call_id: str = "",
        cseq: int = 1,
        peer_tag: str = "",
        target: str = "",
        headers: tuple[str, ...] = (),
    ) -> tuple[int, bytes]:
        """Send a request and wait for its final answer: status and text; (0, b"") when none comes."""
        call_id = call_id or f"ask{next(self._numbers)}x{self._name}"
        key = (call_id, f"{cseq} {method}")
        self._waiting[key] = asyncio.get_running_loop().create_future()
        message = self.request(method, call_id, cseq, body, peer_tag=peer_tag, target=target, headers=headers)
        try:
            async with asyncio.timeout(WITHIN_S):
                # As SIP does over UDP: said again until it is answered.
                while not self._waiting[key].done():
                    self.throw(message)
                    await asyncio.wait([self._waiting[key]], timeout=1.0)
                answer = self._waiting[key].result()
        except TimeoutError:
            return 0, b""
        finally:
            del self._waiting[key]
        status = _STATUS.match(answer)
        assert status is not None
        return int(status[1]), answer

    def request(
        self,
        method: str,
        call_id: str,
        cseq: int,
        body: str = "",
        *,
        peer_tag: str = "",
        target: str = "",
        headers: tuple[str, ...] = (),
    ) -> bytes:
        """One request as it should be."""
        tag = f";tag={peer_tag}" if peer_tag else ""
        lines = [
            f"{method} {target or f'sip:3000@{self.us_name}'} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.me_name};rport;branch=z9hG4bK{call_id}{method}{cseq}",
            f"From: <sip:stranger@{self.me_name}>;tag={call_id}",
            f"To: <sip:3000@{self.us_name}>{tag}",
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:stranger@{self.me_name}>",
            "Max-Forwards: 70",
            *headers,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body.encode())}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    async def is_answered(self) -> bool:
        """Whether an OPTIONS request is answered at all."""
        status, _ = await self.ask("OPTIONS")
        return status != 0

    async def call(self, headers: tuple[str, ...] = ()) -> int:
        """Place a call that stays, in place of one that is gone; the status that it got."""
        call_id = f"call{next(self._numbers)}x{self._name}"
        status, answer = await self.ask("INVITE", self.sdp, call_id=call_id, headers=headers)
        tag = re.search(rb"tag=([^;>\r\n]+)", _line(answer, "To"))
        peer_tag = tag[1].decode() if tag else ""
        if status != 200:
            self.throw(self.request("ACK", call_id, 1, peer_tag=peer_tag))
            return status
        contact = re.search(rb"<([^>]+)>", _line(answer, "Contact"))
        target = contact[1].decode() if contact else ""
        port = re.search(rb"\r\nm=audio (\d+)", answer)
        self.throw(self.request("ACK", call_id, 1, peer_tag=peer_tag, target=target))
        self.dialog = Dialog(call_id, peer_tag, target, int(port[1]) if port else 0)
        return status

    async def in_call(self, method: str, body: str = "", headers: tuple[str, ...] = ()) -> tuple[int, bytes]:
        """Send a request inside the call that stays, ACK it if need be; 481 when there is none any more."""
        dialog = self.dialog
        if dialog is None:
            return 481, b""
        dialog.cseq += 1
        names = {"call_id": dialog.call_id, "peer_tag": dialog.peer_tag, "target": dialog.target}
        answer = await self.ask(method, body, cseq=dialog.cseq, headers=headers, **names)  # type: ignore[arg-type]
        if method == "INVITE" and answer[0]:
            self.throw(self.request("ACK", cseq=dialog.cseq, **names))
        if answer[0] in (408, 481) or (method == "BYE" and answer[0] == 200):
            self.dialog = None
        return answer

    def _let_go(self, answer: bytes, status: int) -> None:
        """Confirm and end a call that an input began."""
        number = _field(answer, "CSeq").partition(" ")[0]
        contact = re.search(rb"<([^>]+)>", _line(answer, "Contact"))
        target = contact[1] if contact else f"sip:3000@{self.us_name}".encode()
        self.throw(self._follow_up(answer, b"ACK", number.encode(), target))
        if status < 300:
            higher = str(min(int(number) + 1, 2**31)) if number.isdecimal() else "2"
            self.throw(self._follow_up(answer, b"BYE", higher.encode(), target))

    def _follow_up(self, answer: bytes, method: bytes, cseq: bytes, target: bytes) -> bytes:
        via = _line(answer, "Via")
        if method == b"BYE":
            via = b"SIP/2.0/UDP %b;rport;branch=z9hG4bKbye%d%b" % (
                self.me_name.encode(),
                next(self._numbers),
                self._name.encode(),
            )
        lines = [
            method + b" " + target + b" SIP/2.0",
            b"Via: " + via,
            b"From: " + _line(answer, "From"),
            b"To: " + _line(answer, "To"),
            b"Call-ID: " + _line(answer, "Call-ID"),
            b"CSeq: " + cseq + b" " + method,
            b"Max-Forwards: 70",
            b"Content-Length: 0",
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _answer(self, request: bytes) -> None:
        of_call = self.dialog is not None and self.dialog.call_id == _field(request, "Call-ID")
        if request.startswith(b"BYE ") and of_call:
            self.dialog = None
        vias = [line for line in request.split(b"\r\n") if line.lower().startswith(b"via:")]
        copied = [
            name + b": " + _line(request, name.decode()) for name in (b"From", b"To", b"Call-ID", b"CSeq")
        ]
        self.throw(b"\r\n".join([b"SIP/2.0 200 OK", *vias, *copied, b"Content-Length: 0", b"", b""]))


def _name(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _line(message: bytes, name: str) -> bytes:
    found = re.search(rb"\r\n" + name.encode() + rb"\s*:\s*([^\r\n]*)", message, re.IGNORECASE)
    return found[1] if found else b""


def _field(message: bytes, name: str) -> str:
    return _line(message, name).decode(errors="replace").strip()
