"""Writes conversations to SQL without ever making a call wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.call.journal import TurnRecord
from bot.store.conversation_facts import intent_after, is_unsure
from bot.store.models import Conversation, Turn
from integrations.database import writing

MIGRATIONS = Path(__file__).parent / "migrations"

log = structlog.get_logger()

Write = Callable[[Session], None]


class ConversationStore:
    """Queues what is to be written; `run` writes it, in order, off the event loop.

    A failing database is logged and costs the record, never the call.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writes: asyncio.Queue[Write] = asyncio.Queue()

    @property
    def n_waiting(self) -> int:
        """How much is queued and not written yet."""
        return self._writes.qsize()

    def open(self, conversation: Conversation) -> None:
        """Record that a conversation began."""
        self._writes.put_nowait(lambda session: session.add(conversation))

    def add_turn(self, call_id: str, turn: TurnRecord) -> None:
        """Record one thing said."""
        self._writes.put_nowait(lambda session: _add_turn(session, call_id, turn))

    def flag_emergency(self, call_id: str, kind: str) -> None:
        """Record that somebody in this conversation spoke of a danger."""
        self._writes.put_nowait(lambda session: _flag_emergency(session, call_id, kind))

    def rate(self, call_id: str, is_satisfied: bool) -> None:
        """Record what the caller thought of a conversation."""
        self._writes.put_nowait(lambda session: _rate(session, call_id, is_satisfied))

    def note_service(self, call_id: str, service: str) -> None:
        """Record which service this conversation is about. service: a key of services.yml."""
        self._writes.put_nowait(lambda session: _change(session, call_id, service=service))

    def note_transfer(self, call_id: str) -> None:
        """Record that a person took over."""
        self._writes.put_nowait(lambda session: _change(session, call_id, was_transferred=True))

    def close(self, call_id: str, outcome: str, ended_ms: int) -> None:
        """Record how a conversation ended."""
        self._writes.put_nowait(lambda session: _close(session, call_id, outcome, ended_ms))

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            write = await self._writes.get()
            try:
                await asyncio.to_thread(self._commit, write)
            except SQLAlchemyError as error:
                log.error("conversation_not_recorded", error=type(error).__name__)
            finally:
                self._writes.task_done()

    async def drain(self) -> None:
        """Wait until everything queued so far is written."""
        await self._writes.join()

    def _commit(self, write: Write) -> None:
        with writing(self._engine) as session:
            write(session)


def _add_turn(session: Session, call_id: str, turn: TurnRecord) -> None:
    position = session.scalar(select(func.count()).where(Turn.conversation_id == call_id)) or 0
    intent = turn.understood.get("intent") or {}
    session.add(
        Turn(
            conversation_id=call_id,
            position=position,
            speaker=turn.speaker,
            text=turn.text,
            start_ms=turn.start_ms,
            end_ms=turn.end_ms,
            was_cut_off=turn.was_cut_off,
            confidence=turn.confidence,
            intent=str(intent.get("name") or ""),
            intent_confidence=intent.get("confidence"),
            entities=list(turn.understood.get("entities") or []),
            recognition_ms=turn.recognition_ms,
            dialogue_ms=turn.dialogue_ms,
            synthesis_ms=turn.synthesis_ms,
            silence_ms=turn.silence_ms,
            procedure=turn.procedure,
        )
    )
    if turn.speaker == "caller":
        session.flush()
        _sum_up(session, call_id, turn)


def _sum_up(session: Session, call_id: str, turn: TurnRecord) -> None:
    """Keep what lists show of the whole conversation."""
    conversation = session.get(Conversation, call_id)
    if conversation is None:
        return
    intent = turn.understood.get("intent") or {}
    name = str(intent.get("name") or "")
    conversation.intent = intent_after(conversation.intent, name)
    if is_unsure(name, intent.get("confidence"), turn.confidence):
        conversation.is_unsure = True


def _flag_emergency(session: Session, call_id: str, kind: str) -> None:
    conversation = session.get(Conversation, call_id)
    if conversation is not None and not conversation.emergency:
        conversation.emergency = kind


def _rate(session: Session, call_id: str, is_satisfied: bool) -> None:
    conversation = session.get(Conversation, call_id)
    if conversation is not None:
        conversation.is_satisfied = is_satisfied


def _close(session: Session, call_id: str, outcome: str, ended_ms: int) -> None:
    _change(session, call_id, outcome=outcome, duration_ms=ended_ms)


def _change(session: Session, call_id: str, **values: Any) -> None:
    conversation = session.get(Conversation, call_id)
    if conversation is not None:
        for name, value in values.items():
            setattr(conversation, name, value)
