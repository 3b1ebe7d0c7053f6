"""A caller that reads the bot's words in the callbot's own record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from bot.call.journal import TurnRecord
from bot.call.types import AudioFrame, Hints
from bot.simulate.store_ears import CallRecord, SoundLevel, StoreEars
from bot.store.conversations import MIGRATIONS, ConversationStore
from bot.store.models import Conversation
from integrations.database import migrate, open_database
from tests.fakes.engines import LOUD, QUIET


async def said_until_now() -> AsyncIterator[AudioFrame]:
    yield AudioFrame(LOUD, start_sample=640)


async def heard(ears: StoreEars) -> list[str]:
    return [utterance.text async for utterance in ears.stream(said_until_now(), Hints())]


def conversation(name: str, caller: str, hour: int) -> Conversation:
    return Conversation(
        id=name, channel="phone", caller=caller, started_at=datetime(2026, 1, 1, hour, tzinfo=UTC)
    )


async def test_it_reads_what_was_said_since_it_last_listened(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'conversations.db'}")
    migrate(engine, MIGRATIONS)
    store = ConversationStore(engine)
    for name, caller, hour in (("old", "0601", 1), ("other", "0602", 3), ("new", "0601", 2)):
        store.open(conversation(name, caller, hour))
        store.add_turn(name, TurnRecord("bot", f"opening of {name}", 0, 900))
    writing = asyncio.create_task(store.run())
    await store.drain()
    ears = StoreEars(CallRecord(engine, "0601"))
    assert await heard(ears) == ["opening of new"]
    for speaker, text in (("caller", "un trou"), ("bot", "D'accord."), ("bot", "Où ?")):
        store.add_turn("new", TurnRecord(speaker, text, 1000, 1900))  # type: ignore[arg-type]
    await store.drain()
    assert await heard(ears) == ["D'accord. Où ?"]
    writing.cancel()


def test_a_clean_line_needs_no_model_to_tell_sound_from_silence() -> None:
    detector = SoundLevel()
    assert detector.probability(LOUD) == 1.0
    assert detector.probability(QUIET) == 0.0
