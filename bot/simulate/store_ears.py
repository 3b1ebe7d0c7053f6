"""Ears for a caller that cost no processor: they read what the bot has recorded of itself.

Measuring a callbot with a recogniser on the same processor measures the recogniser too. When the bot has
fallen silent is still heard in its sound; only its words are read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.call.protocols import Recognizer
from bot.call.types import AudioFrame, Hints, Utterance
from bot.simulate.measures import BotRecord
from bot.simulate.recording import MIN_LEVEL
from bot.store.models import Conversation, Turn

# A turn is written when it has been heard; a busy machine may take its time.
WITHIN_S = 3.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class CallRecord:
    """Reads what the callbot recorded of the calls from one number, which no other caller may use."""

    engine: Engine
    caller: str

    def turns(self) -> list[BotRecord]:
        """Return the turns of the last call from this number, in the order in which they were written."""
        last = select(Conversation.id).where(Conversation.caller == self.caller)
        last = last.order_by(Conversation.started_at.desc()).limit(1)
        query = select(Turn).where(Turn.conversation_id == last.scalar_subquery()).order_by(Turn.position)
        with Session(self.engine) as session:
            return [
                BotRecord(
                    *(turn.speaker, turn.text, turn.start_ms, turn.end_ms, turn.was_cut_off),
                    *(turn.recognition_ms, turn.dialogue_ms, turn.synthesis_ms),
                )
                for turn in session.scalars(query)
            ]


class SoundLevel:
    """A voice activity detector for a line that carries nothing but the bot's own clean voice."""

    chunk_samples = 512

    def probability(self, pcm: bytes) -> float:
        """See `bot.call.protocols.VoiceActivityDetector`."""
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
        return float(np.sqrt(np.mean(samples**2)) > MIN_LEVEL)

    def close(self) -> None:
        """See `bot.call.protocols.VoiceActivityDetector`: it holds nothing."""


class StoreEars:
    """A recogniser by name only: one per call."""

    name = "store"
    sample_rate_hz = 16_000

    def __init__(self, record: CallRecord) -> None:
        self._record = record
        self._n_known = 0

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        """See `bot.call.protocols.Recognizer`: all that the bot has said since it was last heard."""
        start = end = 0
        async for frame in frames:
            start = start or frame.start_sample
            end = frame.start_sample + frame.n_samples
        try:
            async with asyncio.timeout(WITHIN_S):
                text = await self._said()
        except (TimeoutError, SQLAlchemyError):
            # Nothing was said, or a broken database does not tell.
            text = ""
        yield Utterance(text, 1.0, start, end)

    async def _said(self) -> str:
        while True:
            said = [turn for turn in await asyncio.to_thread(self._record.turns) if turn.speaker == "bot"]
            if len(said) > self._n_known:
                fresh, self._n_known = said[self._n_known :], len(said)
                return " ".join(turn.text for turn in fresh)
            await asyncio.sleep(POLL_S)


class ReadThenHear:
    """Ears that read what the bot has recorded of itself, and listen where it could not record anything."""

    name = "read, then hear"
    sample_rate_hz = 16_000

    def __init__(self, reading: StoreEars, hearing: Recognizer) -> None:
        self._reading, self._hearing = reading, hearing

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        """See `bot.call.protocols.Recognizer`."""
        kept = [frame async for frame in frames]
        read = [utterance async for utterance in self._reading.stream(_again(kept), hints)]
        if any(utterance.text for utterance in read):
            yield read[-1]
            return
        async for utterance in self._hearing.stream(_again(kept), hints):
            yield utterance


async def _again(frames: Sequence[AudioFrame]) -> AsyncIterator[AudioFrame]:
    for frame in frames:
        yield frame
