"""Conversations reach SQL in order, and a failing database costs the record only."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from bot.call.journal import TurnRecord
from bot.store.conversations import MIGRATIONS, ConversationStore
from bot.store.models import Base, Conversation
from bot.store.models_accounts import AccountRow
from bot.store.models_conversations import SavedFilterRow
from integrations.database import migrate, open_database

# Their tables are compared, too.
OTHER_TABLES = (AccountRow, SavedFilterRow)
STARTED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def new_database(tmp_path: Path) -> Engine:
    engine = open_database(f"sqlite:///{tmp_path / 'conversations.db'}")
    migrate(engine, MIGRATIONS)
    return engine


@asynccontextmanager
async def writing_store(engine: Engine) -> AsyncIterator[ConversationStore]:
    store = ConversationStore(engine)
    task = asyncio.create_task(store.run())
    yield store
    await store.drain()
    task.cancel()


async def test_a_conversation_is_kept_with_its_turns_in_order(tmp_path: Path) -> None:
    engine = new_database(tmp_path)
    understood = {
        "intent": {"name": "report_problem", "confidence": 0.97},
        "entities": [{"entity": "problem_type", "value": "trou"}],
    }
    async with writing_store(engine) as store:
        store.open(Conversation(id="c1", channel="phone", caller="0612345678", started_at=STARTED))
        store.add_turn("c1", TurnRecord("bot", "Bonjour.", 100, 900, synthesis_ms=4))
        store.add_turn(
            "c1",
            TurnRecord(
                "caller",
                "un trou",
                1500,
                2500,
                confidence=0.8,
                understood=understood,
                dialogue_ms=70,
                procedure="passeport_majeur",
            ),
        )
        store.close("c1", "goodbye", 9000)
    with Session(engine) as session:
        conversation = session.get(Conversation, "c1")
        assert conversation is not None
        assert (conversation.outcome, conversation.duration_ms) == ("goodbye", 9000)
        assert conversation.started_at == STARTED
        bot, caller = conversation.turns
        assert (bot.text, bot.synthesis_ms, bot.intent) == ("Bonjour.", 4, "")
        assert (caller.intent, caller.intent_confidence) == ("report_problem", 0.97)
        assert caller.entities == understood["entities"]
        assert (bot.procedure, caller.procedure) == ("", "passeport_majeur")


async def test_lists_are_told_what_a_conversation_is_about(tmp_path: Path) -> None:
    def heard(intent: str, confidence: float, words_confidence: float | None = 0.9) -> TurnRecord:
        understood = {"intent": {"name": intent, "confidence": confidence}}
        return TurnRecord("caller", "…", 0, confidence=words_confidence, understood=understood)

    engine = new_database(tmp_path)
    turns = {
        "clear": (heard("report_problem", 0.9), heard("affirm", 0.9), heard("thank", 0.9)),
        "changed": (heard("report_problem", 0.9), heard("talk_to_agent", 0.9), heard("out_of_scope", 0.9)),
        "outside": (heard("out_of_scope", 0.9), heard("goodbye", 0.9, None)),
        "fallback": (heard("nlu_fallback", 0.9),),
        "unlikely": (heard("ask_procedure", 0.59),),
        "mumbled": (heard("ask_procedure", 0.9, 0.49),),
        "silent": (TurnRecord("bot", "Allô ?", 0),),
    }
    async with writing_store(engine) as store:
        for name, said in turns.items():
            store.open(Conversation(id=name, channel="phone", started_at=STARTED))
            for turn in said:
                store.add_turn(name, turn)
    with Session(engine) as session:
        found = {row.id: (row.intent, row.is_unsure) for row in session.scalars(select(Conversation))}
    assert found == {
        "clear": ("report_problem", False),
        "changed": ("talk_to_agent", False),
        "outside": ("out_of_scope", False),
        "fallback": ("", True),
        "unlikely": ("ask_procedure", True),
        "mumbled": ("ask_procedure", True),
        "silent": ("", False),
    }


async def test_a_record_that_cannot_be_written_does_not_stop_the_next(tmp_path: Path) -> None:
    engine = new_database(tmp_path)
    async with writing_store(engine) as store:
        store.add_turn("nobody", TurnRecord("bot", "Bonjour.", 0))
        store.open(Conversation(id="c2", channel="phone", started_at=STARTED))
    with Session(engine) as session:
        assert session.get(Conversation, "c2") is not None


def test_the_migrations_make_the_tables_that_the_models_describe(tmp_path: Path) -> None:
    for path in MIGRATIONS.parent.glob("models_*.py"):
        importlib.import_module(f"bot.store.{path.stem}")
    engine = new_database(tmp_path)
    with engine.connect() as connection:
        # The index of words is SQLite's own, with tables that hold its parts.
        opts = {
            "version_table": "alembic_version_conversations",
            "include_name": lambda name, kind, parents: not str(name).startswith("conversation_words"),
        }
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_go_back(tmp_path: Path) -> None:
    engine = new_database(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version_conversations"]
