"""Runs of `callbot learn` in SQL, and where what they learned lies.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from bot.store.models_review import LearnedRow, LearningRow
from integrations.database import writing


class Outcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    READY = "ready"
    ACTIVE = "active"
    WORSE = "worse"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Learning:
    """One run; fields as in `bot.store.models_review.LearningRow`."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    started_by: str
    n_reviews: int
    before_model: str
    after_model: str
    figures: tuple[Mapping[str, Any], ...]
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class LearnedItem:
    """One file below `var/learned`; fields as in `bot.store.models_review.LearnedRow`."""

    path: str
    kind: str
    conversation_id: str
    expires_at: datetime | None = None


class LearningStore:
    """The runs of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, by: str, n_reviews: int, now: datetime) -> int:
        """Returns the run's number."""
        with writing(self._engine) as session:
            row = LearningRow(started_at=now, started_by=by, n_reviews=n_reviews, outcome=Outcome.RUNNING)
            session.add(row)
            session.flush()
            return row.id

    def finish(self, learning_id: int, outcome: Outcome, now: datetime, **values: Any) -> None:
        """values: before_model, after_model, figures, detail."""
        with writing(self._engine) as session:
            row = session.get_one(LearningRow, learning_id)
            row.outcome, row.finished_at = outcome, now
            for name, value in values.items():
                setattr(row, name, value)

    def latest(self, limit: int = 20) -> list[Learning]:
        """The newest first."""
        query = select(LearningRow).order_by(LearningRow.id.desc()).limit(limit)
        with Session(self._engine) as session:
            return [_learning(row) for row in session.scalars(query)]

    def get(self, learning_id: int) -> Learning | None:
        with Session(self._engine) as session:
            row = session.get(LearningRow, learning_id)
            return _learning(row) if row else None

    def add_items(self, learning_id: int, items: Iterable[LearnedItem]) -> None:
        with writing(self._engine) as session:
            session.add_all(
                LearnedRow(
                    path=item.path,
                    kind=item.kind,
                    conversation_id=item.conversation_id,
                    learning_id=learning_id,
                    expires_at=item.expires_at,
                )
                for item in items
            )

    def items_of(self, conversation_id: str) -> list[str]:
        """Paths of all that was learned of one conversation."""
        query = select(LearnedRow.path).where(LearnedRow.conversation_id == conversation_id)
        with Session(self._engine) as session:
            return list(session.scalars(query))

    def expired(self, now: datetime) -> list[str]:
        query = select(LearnedRow.path).where(LearnedRow.expires_at <= now)
        with Session(self._engine) as session:
            return list(session.scalars(query))

    def forget_items(self, paths: Sequence[str]) -> None:
        with writing(self._engine) as session:
            session.execute(delete(LearnedRow).where(LearnedRow.path.in_(paths)))

    def forget_run(self, learning_id: int) -> None:
        """Nothing of a run is on disk any more."""
        with writing(self._engine) as session:
            session.execute(delete(LearnedRow).where(LearnedRow.learning_id == learning_id))


def _learning(row: LearningRow) -> Learning:
    return Learning(
        row.id,
        row.started_at,
        row.finished_at,
        row.started_by,
        row.n_reviews,
        row.before_model,
        row.after_model,
        tuple(row.figures),
        Outcome(row.outcome),
        row.detail,
    )
