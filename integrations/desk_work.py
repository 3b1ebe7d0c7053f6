"""Incomplete reports and dead letters as agents work on them: claimed, given back, settled with a note."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, and_, func, select
from sqlalchemy.orm import Session

from integrations import desk_letters
from integrations.database import writing
from integrations.desk_callbacks import CLAIM_HELD
from integrations.desk_models import CallbackState, Delivery, OutboxRow, ReportRow, WorkItemRow
from integrations.desk_types import DeadLetter
from integrations.texts import clipped, writable


class WorkKind(StrEnum):
    """What somebody has to look at."""

    LETTER = "letter"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Who has something in hand. claimed_by, claimed_at: "" and None when nobody has."""

    claimed_by: str = ""
    claimed_at: datetime | None = None
    note: str = ""

    def is_held(self, now: datetime) -> bool:
        """Whether no other can take it."""
        return self.claimed_at is not None and now - self.claimed_at < CLAIM_HELD


@dataclass(frozen=True, slots=True)
class IncompleteReport:
    """What a caller told before leaving in the middle. phone: "" when it is not known."""

    reference: str
    conversation_id: str
    problem_code: str
    description: str
    place: str
    phone: str
    requested_at: datetime


class WorkDesk:
    """What the desk's database has that only a person can settle; safe in several processes at once.

    Moments carry a time zone; agent: a login, not empty.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def letters(self) -> Sequence[tuple[DeadLetter, WorkItem]]:
        """All dead letters, oldest first."""
        dead = await asyncio.to_thread(desk_letters.find_dead, self._engine)
        items = await self._items(WorkKind.LETTER, [str(letter.id) for letter in dead])
        return [(letter, items.get(str(letter.id), WorkItem())) for letter in dead]

    async def reports(self, limit: int = 200) -> Sequence[tuple[IncompleteReport, WorkItem]]:
        """Incomplete reports that nobody has settled, oldest first."""
        return await asyncio.to_thread(self._reports, limit)

    async def counts(self) -> Mapping[WorkKind, int]:
        """How many of each kind nobody has settled."""
        return await asyncio.to_thread(self._counts)

    async def item(self, kind: WorkKind, key: str) -> WorkItem:
        """Who has it in hand."""
        return (await self._items(kind, [key])).get(key, WorkItem())

    async def claim(self, kind: WorkKind, key: str, agent: str, now: datetime) -> bool:
        """Take in hand. False: it is settled or unknown, or somebody took it less than four hours ago."""
        return await asyncio.to_thread(self._claim, kind, key, agent, now)

    async def release(self, kind: WorkKind, key: str, agent: str, note: str) -> bool:
        """Give back to the others. False: the agent does not have it."""
        return await asyncio.to_thread(self._leave, kind, key, agent, note, CallbackState.OPEN)

    async def finish_report(self, reference: str, agent: str, note: str) -> bool:
        """Say what came of an incomplete report. False: the agent does not have it.

        Raises ValueError for an empty note.
        """
        if not note.strip():
            raise ValueError("a report is settled with a note")
        return await asyncio.to_thread(
            self._leave, WorkKind.REPORT, reference, agent, note, CallbackState.DONE
        )

    async def send_again(self, letter_id: int, agent: str, note: str, now: datetime) -> bool:
        """Deliver once more. False: the agent does not have the letter, or it is dead no more."""
        if not await self._has(letter_id, agent):
            return False
        is_done = await asyncio.to_thread(desk_letters.revive, self._engine, letter_id, now)
        # It may die again: then it waits for anybody.
        await self.release(WorkKind.LETTER, str(letter_id), agent, note)
        return is_done

    async def settle(self, letter_id: int, agent: str, note: str, backend_id: str, now: datetime) -> bool:
        """Take a letter for delivered. False: the agent does not have it, or it is dead no more.

        backend_id: under which the city's system has the report, "" when it is known or there is none.
        Raises ValueError for an empty note.
        """
        if not note.strip():
            raise ValueError("a letter is settled with a note")
        if not await self._has(letter_id, agent):
            return False
        is_done = await asyncio.to_thread(desk_letters.settle, self._engine, letter_id, backend_id, now)
        await asyncio.to_thread(self._leave, WorkKind.LETTER, str(letter_id), agent, note, CallbackState.DONE)
        return is_done

    async def _has(self, letter_id: int, agent: str) -> bool:
        return (await self.item(WorkKind.LETTER, str(letter_id))).claimed_by == agent

    async def _items(self, kind: WorkKind, keys: Sequence[str]) -> Mapping[str, WorkItem]:
        return await asyncio.to_thread(self._read_items, kind, keys)

    def _read_items(self, kind: WorkKind, keys: Sequence[str]) -> dict[str, WorkItem]:
        query = select(WorkItemRow).where(WorkItemRow.kind == kind, WorkItemRow.key.in_(keys))
        with Session(self._engine) as session:
            return {row.key: _item(row) for row in session.scalars(query)}

    def _reports(self, limit: int) -> list[tuple[IncompleteReport, WorkItem]]:
        query = (
            select(ReportRow, WorkItemRow)
            .outerjoin(WorkItemRow, _OF_REPORT)
            .where(_UNSETTLED)
            .order_by(ReportRow.requested_at, ReportRow.reference)
        )
        with Session(self._engine) as session:
            return [
                (_incomplete(report), _item(row) if row else WorkItem())
                for report, row in session.execute(query.limit(limit)).tuples()
            ]

    def _counts(self) -> dict[WorkKind, int]:
        dead = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == Delivery.DEAD)
        incomplete = (
            select(func.count()).select_from(ReportRow).outerjoin(WorkItemRow, _OF_REPORT).where(_UNSETTLED)
        )
        with Session(self._engine) as session:
            return {
                WorkKind.LETTER: session.scalar(dead) or 0,
                WorkKind.REPORT: session.scalar(incomplete) or 0,
            }

    def _claim(self, kind: WorkKind, key: str, agent: str, now: datetime) -> bool:
        with writing(self._engine) as session:
            if not _lock(session, kind, key):
                return False
            row = session.get(WorkItemRow, (kind, key))
            if row is None:
                row = WorkItemRow(kind=kind, key=key)
                session.add(row)
            # A letter that was settled and is dead again is work again.
            elif row.state == CallbackState.DONE and kind is WorkKind.REPORT:
                return False
            elif _item(row).is_held(now):
                return row.claimed_by == agent
            row.state, row.claimed_by, row.claimed_at = CallbackState.CLAIMED, agent, now
            return True

    def _leave(self, kind: WorkKind, key: str, agent: str, note: str, state: CallbackState) -> bool:
        with writing(self._engine) as session:
            row = session.get(WorkItemRow, (kind, key), with_for_update=True)
            if row is None or row.state != CallbackState.CLAIMED or row.claimed_by != agent:
                return False
            row.state, row.claimed_at = state, None
            row.claimed_by = agent if state is CallbackState.DONE else ""
            row.note = writable(note) or row.note
            return True


_OF_REPORT = and_(WorkItemRow.kind == WorkKind.REPORT, WorkItemRow.key == ReportRow.reference)
_UNSETTLED = and_(
    ReportRow.complete.is_(False), func.coalesce(WorkItemRow.state, CallbackState.OPEN) != CallbackState.DONE
)


def _lock(session: Session, kind: WorkKind, key: str) -> bool:
    """Keep others from taking the same meanwhile. False: there is nothing to take."""
    if kind is WorkKind.REPORT:
        report = session.get(ReportRow, key, with_for_update=True)
        return report is not None and not report.complete
    letter = session.get(OutboxRow, int(key), with_for_update=True)
    return letter is not None and letter.state == Delivery.DEAD


def _item(row: WorkItemRow) -> WorkItem:
    is_claimed = row.state == CallbackState.CLAIMED
    return WorkItem(row.claimed_by if is_claimed else "", row.claimed_at, row.note)


def _incomplete(row: ReportRow) -> IncompleteReport:
    place = " ".join(filter(None, (row.house_number, row.street, row.landmark))) or row.place_spoken
    return IncompleteReport(
        reference=row.reference,
        conversation_id=row.conversation_id,
        problem_code=row.problem_code,
        description=row.description,
        place=clipped(place, 300),
        phone=row.caller_phone,
        requested_at=row.requested_at,
    )
