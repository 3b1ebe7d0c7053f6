"""The speaking half of a call: from sentences to frames on the line, and back to what was really heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal, Protocol

from bot.call.errors import SynthesisError
from bot.call.events import (
    ClausePlayed,
    Event,
    PlaybackEnded,
    SpeechSent,
    SpeechStarted,
    SynthesisFailed,
)
from bot.call.protocols import Synthesizer
from bot.call.types import SAMPLE_RATE_HZ, Delivery

FRAME_BYTES = 640
_FULL_PERCENT = 100
TransferKind = Literal["blind", "attended"]


class Line(Protocol):
    """Where the call's sound goes; sending only queues, in order, and never waits."""

    def send_audio(self, pcm: bytes) -> None:
        """Send 20 ms (640 bytes) of speech."""
        ...

    def send_mark(self, name: str) -> None:
        """Ask to be told when everything sent so far has been played."""
        ...

    def send_clear(self) -> None:
        """Drop what has been sent but not played, with its marks."""
        ...

    def send_gain(self, percent: int, ramp_ms: int) -> None:
        """Play at this part of the usual amplitude from now on, reached after `ramp_ms`; until a clear."""
        ...

    def send_transfer(self, target: str, kind: TransferKind, whisper: bytes) -> None:
        """Put the caller through to a SIP address, once everything sent so far has been played.

        blind: the caller's side calls it. attended: the line calls it, says `whisper` (16-bit, 16 kHz) to
        whoever answers, and joins the two when that person accepts.
        """
        ...

    def send_hangup(self, reason: str) -> None:
        """End the call once everything sent so far has been played."""
        ...


class Mouth:
    """Says one thing after the other on one line; `run` must be running.

    Each clause is followed by a mark, so that the call knows how much of a sentence was really heard.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        line: Line,
        emit: Callable[[Event], None],
        on_first_audio: Callable[[int], None],
    ) -> None:
        self._synthesizer = synthesizer
        self._line = line
        self._emit = emit
        self._on_first_audio = on_first_audio
        self._waiting: asyncio.Queue[tuple[int, str, Delivery]] = asyncio.Queue()
        self._clauses: dict[str, ClausePlayed] = {}
        self._speaking: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        # What is being synthesised and not heard yet.
        self._awaited = 0

    def say(self, say_id: int, text: str, delivery: Delivery) -> None:
        """Say a text after everything asked for before."""
        self._waiting.put_nowait((say_id, text, delivery))

    def say_first(self, say_id: int, text: str, delivery: Delivery) -> None:
        """Say a short text before -`say_id`, if that is being synthesised and not heard first."""
        self._filling = asyncio.create_task(self._fill(say_id, text, delivery))

    def duck(self, percent: int, ramp_ms: int) -> None:
        """Go on more quietly."""
        self._line.send_gain(percent, ramp_ms)

    def unduck(self, ramp_ms: int) -> None:
        self._line.send_gain(_FULL_PERCENT, ramp_ms)

    def stop(self) -> None:
        """Fall silent at once; what was still to be said is forgotten."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._cancel()
        self._clauses.clear()
        self._line.send_clear()

    def played(self, mark: str) -> None:
        """Take the line's word that the caller has heard everything up to a mark."""
        clause = self._clauses.pop(mark, None)
        say_id = _say_id(mark)
        if clause is not None:
            self._emit(clause)
        elif say_id is not None:
            self._emit(PlaybackEnded(say_id))

    async def run(self) -> None:
        """Speak until cancelled."""
        while True:
            say_id, text, delivery = await self._waiting.get()
            self._speaking = asyncio.create_task(self._speak(say_id, text, delivery))
            try:
                await asyncio.wait({self._speaking})
            finally:
                self._cancel()
            for task in (self._speaking, self._filling):
                if task is not None and task.done() and not task.cancelled():
                    task.result()
            self._filling = None

    async def _speak(self, say_id: int, text: str, delivery: Delivery) -> None:
        pending = bytearray()
        n_clauses = n_frames = 0
        self._awaited = say_id
        try:
            async for clause in self._synthesizer.speak(text, delivery):
                pending += clause.pcm
                while len(pending) >= FRAME_BYTES:
                    self._line.send_audio(bytes(pending[:FRAME_BYTES]))
                    del pending[:FRAME_BYTES]
                    if not n_frames:
                        self._awaited = 0
                        self._on_first_audio(say_id)
                        self._emit(SpeechStarted(say_id))
                    n_frames += 1
                if clause.text:
                    n_clauses += 1
                    self._mark_clause(ClausePlayed(say_id, clause.text), n_clauses)
        except SynthesisError:
            self._emit(SynthesisFailed(say_id))
            return
        if pending:
            self._line.send_audio(bytes(pending.ljust(FRAME_BYTES, b"\0")))
            n_frames += 1
        self._emit(SpeechSent(say_id, n_frames * FRAME_BYTES / 2 / SAMPLE_RATE_HZ))
        self._line.send_mark(f"say-{say_id}")

    def _cancel(self) -> None:
        for task in (self._speaking, self._filling):
            if task is not None:
                task.cancel()

    async def _fill(self, say_id: int, text: str, delivery: Delivery) -> None:
        with contextlib.suppress(SynthesisError):
            pcm = b"".join([clause.pcm async for clause in self._synthesizer.speak(text, delivery)])
            if pcm and self._awaited == -say_id:
                self._on_first_audio(say_id)
                for start in range(0, len(pcm), FRAME_BYTES):
                    self._line.send_audio(pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
                self._line.send_mark(f"say-{say_id}")

    def _mark_clause(self, played: ClausePlayed, number: int) -> None:
        mark = f"clause-{played.say_id}-{number}"
        self._clauses[mark] = played
        self._line.send_mark(mark)


def _say_id(mark: str) -> int | None:
    prefix, _, number = mark.partition("-")
    return int(number) if prefix == "say" and number.removeprefix("-").isdecimal() else None
