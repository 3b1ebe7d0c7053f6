"""What people saw and changed in the console.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from bot.store.models_accounts import AuditRow
from integrations.database import writing


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line; fields as in `AuditRow`."""

    id: int
    at: datetime
    login: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """ "" and None: any. subject: the whole of it. start, end: from, and before."""

    login: str = ""
    action: str = ""
    subject: str = ""
    start: datetime | None = None
    end: datetime | None = None


class AuditStore:
    """The audit log of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, login: str, action: str, subject: str, detail: str, now: datetime) -> None:
        """Add one line."""
        with writing(self._engine) as session:
            row = AuditRow(at=now, login=login[:64], action=action[:48], subject=subject[:128], detail=detail)
            session.add(row)

    def find(self, wanted: AuditFilter, before: int | None, limit: int) -> Sequence[AuditEntry]:
        """The newest lines first. before: the identifier that a page ends in front of."""
        query = select(AuditRow).where(*_conditions(wanted)).order_by(AuditRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(AuditRow.id < before)
        with Session(self._engine) as session:
            return [_entry(row) for row in session.scalars(query)]

    def all(self, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """All lines, newest first, a thousand at a time."""
        before: int | None = None
        while page := self.find(wanted, before, 1000):
            yield from page
            before = page[-1].id

    def actions(self) -> Sequence[str]:
        """The actions that there are, by name; looks from one to the next, so a long log takes no longer."""
        found: list[str] = []
        with Session(self._engine) as session:
            query = select(AuditRow.action).order_by(AuditRow.action).limit(1)
            action = session.scalar(query)
            while action is not None:
                found.append(action)
                action = session.scalar(query.where(AuditRow.action > action))
        return found


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.login:
        conditions.append(AuditRow.login == wanted.login.casefold())
    if wanted.action:
        conditions.append(AuditRow.action == wanted.action)
    if wanted.subject:
        conditions.append(AuditRow.subject == wanted.subject)
    if wanted.start is not None:
        conditions.append(AuditRow.at >= wanted.start)
    if wanted.end is not None:
        conditions.append(AuditRow.at < wanted.end)
    return conditions


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.id, row.at, row.login, row.action, row.subject, row.detail)
