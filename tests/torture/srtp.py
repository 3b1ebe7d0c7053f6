"""A call with SIP over TLS and mandatory SRTP, and strangers who send into its sound."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.calls.sipp.heard import is_loud, is_tone
from tests.calls.sipp.lab import Process, Worker, phone
from tests.fakes.certificates import Certificate
from tests.fakes.media_peer import MediaCall, MediaPeer, media_peer, tone
from tests.fakes.ports import RTP_PORTS, free_rtp_port
from tests.torture.tap import Address, Packet, Tap
from wire import media

TONE_HZ = 500
# A look at packet counts is a second away at most.
LOOKED_AFTER_S = 1.2
PLAIN_BYTES = 12 + 160
_COUNTED = re.compile(r"call_over .*rtp_packets=(\d+)")


def _plain(packet: Packet, sent: int) -> bytes:
    return struct.pack("!BBHI4s", 0x80, 8, sent & 0xFFFF, sent * 160, b"else") + b"\x55" * 160


def _made_up(packet: Packet, sent: int) -> bytes:
    """The caller's SSRC, his next number, and a tag that nobody can know."""
    header = struct.pack("!BBHI4s", 0x80, 8, packet.number + 1 & 0xFFFF, sent * 160, packet.stream)
    return header + b"\x55" * 160 + os.urandom(len(packet.rtp) - PLAIN_BYTES)


def _replayed(packet: Packet, sent: int) -> bytes:
    return packet.rtp


@dataclass(frozen=True)
class Attack:
    """source: from where packets claim to come, given one of the caller's. payloads: sent by turns."""

    source: Callable[[Packet], Address]
    payloads: tuple[Callable[[Packet, int], bytes], ...]


# Who forges the caller's own address gets past the filter in the kernel; SRTP alone keeps him out.
ATTACKS = {
    "other_host": Attack(lambda packet: ("127.0.0.2", packet.source[1]), (_plain, _made_up, _replayed)),
    "other_port": Attack(
        lambda packet: (packet.source[0], packet.source[1] + 2 * RTP_PORTS), (_plain, _made_up, _replayed)
    ),
    "forged": Attack(lambda packet: packet.source, (_plain, _made_up)),
    "replayed": Attack(lambda packet: packet.source, (_replayed,)),
}
# For so many packets PJSIP has a new stream on trial, and takes one of the caller's a second time.
TAKEN_TWICE = 100


@dataclass(frozen=True)
class Attacked:
    """One call. own, foreign: packets of caller and strangers; counted: by the worker.

    clean: the share of the attack's time in which the bot heard the caller's tone.
    """

    own: int
    foreign: int
    counted: int
    clean: float

    def line(self, attack: str) -> str:
        share = max(0, self.counted - self.own) / self.foreign if self.foreign else 0
        return (
            f"foreign srtp attack={attack:10} own={self.own} foreign={self.foreign} counted={self.counted}"
            f" foreign_counted={share:.2%} tone_heard={self.clean:.1%}"
        )


async def attacked_call(
    telephony: Worker, bot: MediaPeer, certificate: Certificate, seconds: float, attack: str, per_s: int
) -> Attacked:
    """A call of so many seconds. attack: a key of ATTACKS, "none" for a call in peace."""

    async def speak(call: MediaCall) -> None:
        await call.say(tone(TONE_HZ, seconds + 5))

    crypt = ("--transport", "tls", "--tls-ca", str(certificate.certificate), "--srtp", "mandatory")
    first_port = free_rtp_port()
    uri = f"{telephony.uri};transport=tls"
    n_before, n_over = len(bot.calls), telephony.process.output.count("call_over")
    async with media_peer(speak) as caller:
        with Tap(range(first_port, first_port + RTP_PORTS)) as tap:
            async with phone(uri, caller.url, *crypt, "--rtp-port", str(first_port)) as calling:
                call = await bot.call(n_before)
                await tap.packet()
                began = len(call.heard)
                foreign = await _attack(tap, seconds, ATTACKS.get(attack), per_s)
                heard = bytes(call.heard[began:])
                own = await _hang_up(call, calling, tap)
                assert await calling.ends() == 0, calling.output
    await telephony.process.says("call_over", count=n_over + 1)
    counted = [int(found[1]) for line in telephony.process.lines if (found := _COUNTED.search(line))][-1]
    return Attacked(own, foreign, counted, _clean(heard))


async def _attack(tap: Tap, seconds: float, attack: Attack | None, per_s: int) -> int:
    """Returns how many packets were sent."""
    if attack is None:
        await asyncio.sleep(seconds)
        return 0
    started_s = time.monotonic()
    sent = 0
    while time.monotonic() - started_s < seconds:
        packet = await tap.packet()
        payload = attack.payloads[sent % len(attack.payloads)]
        tap.send(attack.source(packet), packet.to, payload(packet, sent))
        sent += 1
        await asyncio.sleep(max(0.0, started_s + sent / per_s - time.monotonic()))
    return sent


async def _hang_up(call: MediaCall, calling: Process, tap: Tap) -> int:
    """End the call when the worker has counted all that the caller sent; returns how much that was."""
    calling.child.send_signal(signal.SIGSTOP)
    await asyncio.sleep(LOOKED_AFTER_S)
    own = tap.count
    await call.send(media.Hangup("done"))
    await call.over()
    calling.child.send_signal(signal.SIGCONT)
    return own


def _clean(heard: bytes) -> float:
    """The share of 100 ms that are the caller's tone, but for the first second."""
    samples = np.frombuffer(heard, dtype="<i2")[media.SAMPLE_RATE_HZ :]
    window = media.SAMPLE_RATE_HZ // 10
    pieces = [samples[at : at + window] for at in range(0, len(samples) - window, window)]
    return sum(is_loud(piece) and is_tone(piece, TONE_HZ) for piece in pieces) / max(len(pieces), 1)
