"""A short real call: a SIP phone on this machine calls the callbot and listens to its greeting."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from bot.doctor.finding import Finding, fault, ok, warning
from bot.simulate.run import run_phone
from wire import media

ENOUGH_SPEECH_S = 1.5
LISTENS_S = 15.0
CALL_S = 40.0
# A callbot that keeps people waiting so long before its first word has too little processor.
GOOD_FIRST_SOUND_S = 3.0
# Of 32768; line noise of a codec is below.
_SPEECH_LEVEL = 300
# Shown as the calling number: it can be told from citizens in the record.
NUMBER = "doctor"


@dataclass(slots=True)
class _Heard:
    """What came out of the phone, in seconds of sound. first_s: before the first speech."""

    all_s: float = 0.0
    speech_s: float = 0.0
    first_s: float | None = None

    def take(self, pcm: bytes) -> None:
        duration_s = len(pcm) / 2 / media.SAMPLE_RATE_HZ
        level = np.sqrt(np.mean(np.frombuffer(pcm, dtype="<i2").astype(np.float64) ** 2)) if pcm else 0.0
        if level > _SPEECH_LEVEL:
            self.first_s = self.all_s if self.first_s is None else self.first_s
            self.speech_s += duration_s
        self.all_s += duration_s

    @property
    def is_enough(self) -> bool:
        return self.speech_s >= ENOUGH_SPEECH_S or self.all_s >= LISTENS_S


async def check_call(to: str, within_s: float = CALL_S) -> Finding:
    """Call a SIP address. Nothing is said: the greeting is heard, then the phone hangs up.

    within_s: for the whole call.
    """
    heard = _Heard()

    async def listen(phone: ServerConnection) -> None:
        async for message in phone:
            if isinstance(message, bytes):
                heard.take(message)
                if heard.is_enough:
                    break
        await phone.send(media.encode(media.Hangup("done")))

    protocols = [Subprotocol(media.SUBPROTOCOL)]
    with tempfile.TemporaryDirectory() as folder:
        async with serve(listen, "127.0.0.1", 0, subprotocols=protocols, compression=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            try:
                async with asyncio.timeout(within_s):
                    problem, _ = await run_phone(to, port, NUMBER, Path(folder) / "call.wav")
            except TimeoutError:
                problem = f"no answer within {within_s:.0f} s"
    return _finding(to, heard, problem)


def _finding(to: str, heard: _Heard, problem: str) -> Finding:
    if not heard.all_s:
        remedy = "is the callbot running, and is var/log/telephony0.log without errors?"
        return fault("self-call", f"{to} did not answer: {problem or 'no sound came'}", remedy)
    if heard.first_s is None or heard.speech_s < ENOUGH_SPEECH_S:
        what = f"{to} answered, but spoke for {heard.speech_s:.1f} s only"
        return fault("self-call", what, "the reason is in var/log/bot.log: has the voice been loaded?")
    what = f"{to} answered; its first word came after {heard.first_s:.1f} s"
    if heard.first_s > GOOD_FIRST_SOUND_S:
        return warning("self-call", what, "callers hang up meanwhile: fewer lines, or more processor")
    return ok("self-call", what)
