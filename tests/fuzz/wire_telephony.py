"""The wires of a telephony worker that strangers reach: SIP, SDP and RTP."""

from __future__ import annotations

import asyncio
import contextlib
import random
import struct
from contextlib import AsyncExitStack
from typing import Self

from tests.calls.sipp.lab import Worker, worker
from tests.fakes.media_peer import MediaPeer, media_peer, stay_silent
from tests.fakes.sip_stranger import Stranger
from tests.fuzz.mutate import changed
from tests.fuzz.sip_corpus import SDP_BODIES, sip_templates
from tests.fuzz.wires import resident_kib

LOOPBACK = "127.0.0.1"


class TelephonyWire:
    """A worker, a bot behind it, a stranger before it, and one call of the stranger that stays up."""

    name = ""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self.worker: Worker
        self.bot: MediaPeer
        self.stranger: Stranger

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        self.bot = await self._stack.enter_async_context(media_peer(stay_silent))
        self.worker = await self._stack.enter_async_context(worker(self.bot.url))
        self.stranger = await Stranger((LOOPBACK, self.worker.port)).open()
        self._stack.callback(self.stranger.close)
        await self.stranger.call()

    async def restart(self) -> None:
        # A worker that died ends with a status that its helper does not let pass.
        with contextlib.suppress(AssertionError):
            await self._stack.aclose()
        self._stack = AsyncExitStack()
        await self._start()

    async def check(self) -> str:
        if self.worker.lives() and await self.stranger.is_answered():
            if self.stranger.dialog is None:
                await self.stranger.call()
            return "" if self.worker.lives() else self._end()
        await asyncio.sleep(1)
        return "the worker answers no more" if self.worker.lives() else self._end()

    def _end(self) -> str:
        return f"the worker ended: {self.worker.process.output[-500:]}"

    def memory_kib(self) -> int:
        return resident_kib(self.worker.pid)


class SipWire(TelephonyWire):
    """Requests and answers, outside calls and inside one."""

    name = "sip"
    _templates = sip_templates()

    def make(self, rng: random.Random) -> bytes:
        return b"%08x\n" % rng.getrandbits(32) + changed(rng, self._templates)

    async def send(self, data: bytes) -> None:
        unique, _, message = data.partition(b"\n")
        self.stranger.throw(self._filled(message, unique))
        # Whoever answers gets its turn; nothing waits for a certain time.
        await asyncio.sleep(0.002)

    def _filled(self, message: bytes, unique: bytes) -> bytes:
        dialog = self.stranger.dialog
        if dialog is not None:
            dialog.cseq += 1
        words = {
            b"us": self.stranger.us_name.encode(),
            b"me": self.stranger.me_name.encode(),
            b"id": unique,
            b"sdp": self.stranger.sdp.encode(),
            b"call": (dialog.call_id if dialog else "none").encode(),
            b"tag": (dialog.peer_tag if dialog else "none").encode(),
            b"cseq": str(dialog.cseq if dialog else 2).encode(),
        }
        for name, word in words.items():
            message = message.replace(b"@" + name + b"@", word)
        body = message.partition(b"\r\n\r\n")[2]
        return message.replace(b"@len@", str(len(body)).encode())


class SdpWire(TelephonyWire):
    """Offers and answers: in new calls now and then, else inside the call that stays."""

    name = "sdp"

    def make(self, rng: random.Random) -> bytes:
        how = rng.choices((b"INVITE", b"UPDATE", b"ACK", b"NEW"), (45, 40, 12, 3))[0]
        return how + b"\n" + changed(rng, SDP_BODIES)

    async def send(self, data: bytes) -> None:
        how, _, body = data.partition(b"\n")
        port = str(self.stranger.rtp.getsockname()[1]).encode()
        sdp = body.replace(b"@port@", port).replace(b"@len@", b"0").decode(errors="surrogateescape")
        sdp = sdp.encode(errors="surrogateescape").decode("latin-1").encode("ascii", "replace").decode()
        if self.stranger.dialog is None and await self.stranger.call() != 200:
            await asyncio.sleep(0.1)
        match how:
            case b"NEW":
                self.stranger.throw(self.stranger.request("INVITE", f"new{random.getrandbits(32):x}", 1, sdp))
                await asyncio.sleep(0.01)
            case b"ACK":
                await self._answer_late(sdp)
            case _:
                await self.stranger.in_call(how.decode(), sdp)

    async def _answer_late(self, sdp: str) -> None:
        dialog = self.stranger.dialog
        if dialog is None:
            return
        dialog.cseq += 1
        names = {"call_id": dialog.call_id, "peer_tag": dialog.peer_tag, "target": dialog.target}
        status, _ = await self.stranger.ask("INVITE", cseq=dialog.cseq, **names)  # type: ignore[arg-type]
        if status:
            self.stranger.throw(
                self.stranger.request("ACK", cseq=dialog.cseq, body=sdp if status == 200 else "", **names)
            )
        if status in (0, 408, 481):
            self.stranger.dialog = None


class RtpWire(TelephonyWire):
    """Packets from where the call's sound is awaited, to its RTP and its RTCP port."""

    name = "rtp"

    def make(self, rng: random.Random) -> bytes:
        port = rng.choices((b"\x00", b"\x01"), (4, 1))[0]
        return port + changed(rng, _rtcp_packets() if port == b"\x01" else _rtp_packets(rng))

    async def send(self, data: bytes) -> None:
        if self.stranger.dialog is None and await self.stranger.call() != 200:
            await asyncio.sleep(0.1)
        if self.stranger.dialog is not None:
            to = (LOOPBACK, self.stranger.dialog.rtp_port + data[0])
            self.stranger.rtp.sendto(data[1:], to)
        await asyncio.sleep(0.001)

    async def check(self) -> str:
        problem = await super().check()
        if problem or not self.bot.calls:
            return problem
        try:
            await self.bot.calls[-1].hears(0.1)
        except TimeoutError:
            return "the call hears nothing any more"
        return ""


def _rtp_packets(rng: random.Random) -> list[bytes]:
    number, at = rng.getrandbits(16), rng.getrandbits(32)
    sound, event = (
        bytes(rng.randrange(256) for _ in range(160)),
        struct.pack("!BBH", rng.randrange(256), 10, 160),
    )
    return [
        struct.pack("!BBHII", 0x80, 8, number, at, 7) + sound,
        struct.pack("!BBHII", 0x80, 0, number, at, 7) + sound,
        struct.pack("!BBHII", 0x80, 9, number, at, 7) + sound,
        struct.pack("!BBHII", 0x80, 0xE5, number, at, 7) + event,
        struct.pack("!BBHII", 0x80, 13, number, at, 7) + b"\x40",
        struct.pack("!BBHIIHH", 0x90, 8, number, at, 7, 0xBEDE, 1) + b"\x10\xff\x00\x00" + sound,
        struct.pack("!BBHIII", 0xA1, 8, number, at, 7, 9) + sound + b"\x00\x00\x00\x04",
    ]


def _rtcp_packets() -> list[bytes]:
    report = struct.pack("!BBHIIIIIIIIII", 0x81, 200, 12, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9) + bytes(8)
    return [
        report,
        struct.pack("!BBHIIIIIII", 0x81, 201, 7, 7, 8, 1, 2, 3, 4, 5),
        struct.pack("!BBHI", 0x81, 203, 1, 7),
        struct.pack("!BBHI", 0x81, 202, 3, 7) + b"\x01\x04abcd\x00\x00",
        struct.pack("!BBHII", 0x81, 205, 3, 7, 7) + bytes(4),
        struct.pack("!BBHI", 0x80, 207, 4, 7) + struct.pack("!BBHII", 4, 0, 2, 1, 2),
    ]
