"""The city of two machines: calls to it, and what its databases tell."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, text

from bot.simulate.run import CallerEngines, CallResult, simulate_call
from bot.simulate.script import load_script
from bot.simulate.session import render
from bot.simulate.store_ears import CallRecord, SoundLevel, StoreEars
from bot.speech.speakers import Studio
from tests.fakes.machines import FRONT, Machine

SCRIPT = Path(__file__).parent / "report_pothole.yml"


@dataclass
class City:
    """Both machines, and what is on the front's side of the cable."""

    machines: list[Machine]
    conversations: Engine
    backend: Engine
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def rows(self, query: str, **values: object) -> list[tuple[object, ...]]:
        """Rows of the database of conversations and of the desk."""
        with self.conversations.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    async def call(self, studio: Studio, folder: Path) -> Placed:
        """Have a citizen report a pothole by phone."""
        number = f"063998{next(self.numbers):04d}"
        script = load_script(SCRIPT).model_copy(update={"number": number})
        spoken = {words: render(studio, words, "Nadia", None) for words in script.sentences()}
        engines = CallerEngines(StoreEars(CallRecord(self.conversations, number)), SoundLevel)
        wav = folder / f"{number}.wav"
        task = asyncio.create_task(
            simulate_call(script, "Nadia", spoken, b"", engines, f"sip:mairie@{FRONT}:5060", wav)
        )
        return Placed(number, task, wav)

    def id_of(self, number: str) -> str:
        """The conversation of a number, "" before it has begun."""
        found = self.rows("select id from conversations where caller like :like", like=f"%{number[1:]}")
        return str(found[0][0]) if found else ""

    def has_spoken(self, number: str) -> bool:
        """Whether the bot has understood something of this caller."""
        return bool(
            self.rows(
                "select 1 from turns where speaker = 'caller' and conversation_id = :id",
                id=self.id_of(number),
            )
        )


@dataclass(frozen=True)
class Placed:
    """A call under way."""

    number: str
    task: asyncio.Task[CallResult]
    wav: Path
