"""Call-backs as agents work on them: claimed, tried, given back, done with a note."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from integrations.database import writing
from integrations.desk_callbacks import (
    CLAIM_HELD,
    Callback,
    CallbackEvent,
    CallbackEventKind,
    add_event,
    callback_of,
)
from integrations.desk_models import CallbackEventRow, CallbackRow, CallbackState


@dataclass(frozen=True, slots=True)
class CallbackCounts:
    """How many callers wait. overdue: of all that are not done."""

    open: int
    claimed: int
    overdue: int


class CallbackDesk:
    """The call-backs of the desk's database; safe in several processes at once.

    Every change is an event with its author. Moments carry a time zone; agent: a name, not empty.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def waiting(self, service: str = "", limit: int = 200) -> Sequence[Callback]:
        """What is not done, the most urgent first. service: a key of services.yml, "" for all."""
        return await asyncio.to_thread(self._waiting, service, limit)

    async def done(self, since: datetime, limit: int = 200) -> Sequence[Callback]:
        """What was done since a moment, newest first."""
        return await asyncio.to_thread(self._done, since, limit)

    async def get(self, reference: str) -> Callback | None:
        """One call-back, None when there is none of that reference."""
        return await asyncio.to_thread(self._get, reference)

    async def events(self, reference: str) -> Sequence[CallbackEvent]:
        """All that happened to a call-back, oldest first."""
        return (await self.histories([reference])).get(reference, ())

    async def histories(self, references: Sequence[str]) -> Mapping[str, tuple[CallbackEvent, ...]]:
        """What `events` tells, of several call-backs at once."""
        return await asyncio.to_thread(self._histories, references)

    async def counts(self, now: datetime) -> CallbackCounts:
        """How many callers wait."""
        return await asyncio.to_thread(self._counts, now)

    async def claim(self, reference: str, agent: str, now: datetime) -> bool:
        """Take a call-back in hand. False: it is done, unknown, or somebody has it.

        What another agent claimed four hours ago or longer can be taken over.
        """
        return await asyncio.to_thread(self._claim, reference, _named(agent), now)

    async def release(self, reference: str, agent: str, note: str, now: datetime) -> bool:
        """Give a call-back back to the others. False: the agent does not have it."""
        return await asyncio.to_thread(self._release, reference, _named(agent), note, now)

    async def tried(self, reference: str, agent: str, note: str, due_at: datetime, now: datetime) -> bool:
        """Write that nobody was reached; it waits again, until `due_at`. False: not the agent's."""
        return await asyncio.to_thread(self._tried, reference, _named(agent), note, due_at, now)

    async def finish(self, reference: str, agent: str, note: str, now: datetime) -> bool:
        """Close a call-back and say what came of it. False: the agent does not have it.

        Raises ValueError for an empty note: a call-back is never dropped without a word.
        """
        if not note.strip():
            raise ValueError("a call-back is done with a note")
        return await asyncio.to_thread(self._finish, reference, _named(agent), note, now)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await asyncio.to_thread(self._engine.dispose)

    def _waiting(self, service: str, limit: int) -> list[Callback]:
        query = select(CallbackRow).where(CallbackRow.state != CallbackState.DONE)
        if service:
            query = query.where(CallbackRow.service == service)
        with Session(self._engine) as session:
            rows = session.scalars(query.order_by(CallbackRow.due_at, CallbackRow.reference).limit(limit))
            return [callback_of(row) for row in rows]

    def _done(self, since: datetime, limit: int) -> list[Callback]:
        query = (
            select(CallbackRow)
            .where(CallbackRow.state == CallbackState.DONE, CallbackRow.closed_at >= since)
            .order_by(CallbackRow.closed_at.desc(), CallbackRow.reference)
        )
        with Session(self._engine) as session:
            return [callback_of(row) for row in session.scalars(query.limit(limit))]

    def _get(self, reference: str) -> Callback | None:
        with Session(self._engine) as session:
            row = session.get(CallbackRow, reference)
            return callback_of(row) if row else None

    def _histories(self, references: Sequence[str]) -> dict[str, tuple[CallbackEvent, ...]]:
        query = select(CallbackEventRow).where(CallbackEventRow.reference.in_(references))
        found: dict[str, list[CallbackEvent]] = {}
        with Session(self._engine) as session:
            for row in session.scalars(query.order_by(CallbackEventRow.id)):
                event = CallbackEvent(CallbackEventKind(row.kind), row.at, row.author, row.note)
                found.setdefault(row.reference, []).append(event)
        return {reference: tuple(events) for reference, events in found.items()}

    def _counts(self, now: datetime) -> CallbackCounts:
        by_state = select(CallbackRow.state, func.count()).group_by(CallbackRow.state)
        late = select(func.count()).where(CallbackRow.state != CallbackState.DONE, CallbackRow.due_at < now)
        with Session(self._engine) as session:
            counted = dict(session.execute(by_state).tuples().all())
            n_overdue = session.scalar(late) or 0
        return CallbackCounts(
            counted.get(CallbackState.OPEN, 0), counted.get(CallbackState.CLAIMED, 0), n_overdue
        )

    def _claim(self, reference: str, agent: str, now: datetime) -> bool:
        with writing(self._engine) as session:
            row = _locked(session, reference)
            if row is None or row.state == CallbackState.DONE:
                return False
            is_held = row.claimed_at is not None and now - row.claimed_at < CLAIM_HELD
            if row.state == CallbackState.CLAIMED and is_held:
                return row.claimed_by == agent
            row.state, row.claimed_by, row.claimed_at = CallbackState.CLAIMED, agent, now
            add_event(session, reference, CallbackEventKind.CLAIMED, agent, "", now)
            return True

    def _release(self, reference: str, agent: str, note: str, now: datetime) -> bool:
        with writing(self._engine) as session:
            row = _held_by(session, reference, agent)
            if row is None:
                return False
            _put_back(row)
            add_event(session, reference, CallbackEventKind.RELEASED, agent, note, now)
            return True

    def _tried(self, reference: str, agent: str, note: str, due_at: datetime, now: datetime) -> bool:
        with writing(self._engine) as session:
            row = _held_by(session, reference, agent)
            if row is None:
                return False
            _put_back(row)
            row.due_at = due_at
            add_event(session, reference, CallbackEventKind.TRIED, agent, note, now)
            return True

    def _finish(self, reference: str, agent: str, note: str, now: datetime) -> bool:
        with writing(self._engine) as session:
            row = _held_by(session, reference, agent)
            if row is None:
                return False
            row.state, row.closed_at = CallbackState.DONE, now
            add_event(session, reference, CallbackEventKind.DONE, agent, note, now)
            return True


def _locked(session: Session, reference: str) -> CallbackRow | None:
    return session.get(CallbackRow, reference, with_for_update=True)


def _held_by(session: Session, reference: str, agent: str) -> CallbackRow | None:
    row = _locked(session, reference)
    is_held = row is not None and row.state == CallbackState.CLAIMED and row.claimed_by == agent
    return row if is_held else None


def _put_back(row: CallbackRow) -> None:
    row.state, row.claimed_by, row.claimed_at = CallbackState.OPEN, "", None


def _named(agent: str) -> str:
    if not agent.strip():
        raise ValueError("an agent needs a name")
    return agent.strip()[:64]
