"""Fills what stands beside conversations in the console: reports, work queues, corrections."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bench.backend_queries import WORDS
from bot.learn.marks import Mark
from bot.store.models import Conversation, Turn
from bot.store.reviews import Correction, ReviewStore
from integrations.database import writing
from integrations.desk import Desk
from integrations.desk_models import Delivery, OutboxRow
from integrations.desk_types import NewCallback, NewReport
from integrations.protocols import Place
from tests.fakes.outbox_backend import MemoryBackend

SERVICES = ("accueil", "voirie", "etat_civil")


def fill_work(engine: Engine, n_callbacks: int, n_letters: int, n_incomplete: int) -> None:
    """Put call-backs, dead letters and reports that broke off into a desk, migrated."""
    asyncio.run(_file(engine, n_callbacks, n_letters, n_incomplete))
    with writing(engine) as session:
        dead = select(OutboxRow.id).order_by(OutboxRow.id).limit(n_letters)
        session.execute(
            update(OutboxRow).where(OutboxRow.id.in_(dead)).values(state=Delivery.DEAD, attempts=12)
        )


async def _file(engine: Engine, n_callbacks: int, n_letters: int, n_incomplete: int) -> None:
    desk, now = Desk(engine, MemoryBackend(), "NIM"), datetime.now(UTC)
    for number in range(n_callbacks):
        phone, service = f"+336{number:08d}", SERVICES[number % len(SERVICES)]
        due_at = now + timedelta(minutes=number - n_callbacks // 2)
        reason = f"Madame Vidal demande où en est son dossier {number}, au 06 12 34 56 {number % 100:02d}"
        await desk.request_callback(NewCallback(f"c{number}", phone, service, reason, due_at), now)
    for number in range(n_letters + n_incomplete):
        place = Place(spoken="rue de la République", street="Rue de la République", house_number=f"{number}")
        report = NewReport(
            f"r{number}",
            "nid_de_poule",
            f"{WORDS} Madame Vidal, numéro {number}",
            place,
            "phone",
            complete=number < n_letters,
            caller_phone=f"+337{number:08d}",
        )
        await desk.file_report(report, now)


def fill_corrections(engine: Engine, count: int, chance: random.Random) -> None:
    """Propose corrections of what callers said in the last of the conversations, all different."""
    store, now = ReviewStore(engine), datetime.now(UTC)
    last = select(Conversation.id).order_by(Conversation.started_at.desc()).limit(count)
    query = select(Turn.id).where(Turn.speaker == "caller", Turn.position == 1)
    with Session(engine) as session:
        turns = list(session.scalars(query.where(Turn.conversation_id.in_(last))))
    for number, turn_id in enumerate(turns):
        text = f"y a un trou {chance.randrange(10**6)} devant chez moi numéro {number}"
        marks = (Mark(7, 11, "problem_type"),)
        correction = Correction(text, "report_problem", marks, as_conversation=True)
        store.save(turn_id, 0, correction, "agent", now)


def callers(engine: Engine, count: int) -> Sequence[str]:
    """Numbers from which somebody called."""
    query = select(Conversation.caller).where(Conversation.caller != "").distinct().limit(count)
    with Session(engine) as session:
        return list(session.scalars(query))
