"""The versions of the steering document in the desk's database: only ever added, so that each can come back.

In the desk's database, because the bot and the actions read it. Every method is one transaction and blocks:
call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import JSON, Engine, Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from integrations.database import UtcDateTime, writing
from integrations.desk_models import Base
from integrations.steering import Steering


class SteeringRow(Base):
    """One version. login: who made it. summary: what it changes, in the city's language."""

    __tablename__ = "steering_versions"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    login: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(String(200))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class SteeringVersion:
    """The document as somebody left it. id: 0 before the first change."""

    id: int
    steering: Steering
    at: datetime | None = None
    login: str = ""
    summary: str = ""


UNCHANGED = SteeringVersion(0, Steering())


class SteeringConflictError(Exception):
    """Somebody else changed the document meanwhile. current: as it stands now."""

    def __init__(self, current: SteeringVersion) -> None:
        super().__init__(f"version {current.id} came in between")
        self.current = current


class SteeringDamagedError(Exception):
    """A version that this program cannot read."""


class SteeringStore:
    """The versions of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest_id(self) -> int:
        """Number of the version in force; cheap."""
        with Session(self._engine) as session:
            return session.scalar(select(func.max(SteeringRow.id))) or 0

    def current(self) -> SteeringVersion:
        """The version in force. Raises SteeringDamagedError."""
        with Session(self._engine) as session:
            return _current(session)

    def get(self, version: int) -> SteeringVersion | None:
        """One version, 0 for what was before the first. Raises SteeringDamagedError."""
        if version == 0:
            return UNCHANGED
        with Session(self._engine) as session:
            row = session.get(SteeringRow, version)
            return _version(row) if row else None

    def newest(self, limit: int, before: int | None = None) -> list[SteeringVersion]:
        """Versions, newest first. before: only older ones than this. Raises SteeringDamagedError."""
        query = select(SteeringRow).order_by(SteeringRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(SteeringRow.id < before)
        with Session(self._engine) as session:
            return [_version(row) for row in session.scalars(query)]

    def save(self, steering: Steering, base: int, login: str, summary: str, now: datetime) -> SteeringVersion:
        """Add a version made from version `base`. Raises SteeringConflictError when that is not in force."""
        with writing(self._engine) as session:
            current = _current(session)
            if current.id != base:
                raise SteeringConflictError(current)
            row = SteeringRow(
                # Two processes that write at once on PostgreSQL take the same number, and one of them fails.
                id=base + 1,
                at=now,
                login=login,
                summary=summary[:200],
                document=steering.model_dump(mode="json"),
            )
            session.add(row)
            session.flush()
            return _version(row)


def _current(session: Session) -> SteeringVersion:
    row = session.scalar(select(SteeringRow).order_by(SteeringRow.id.desc()).limit(1))
    return _version(row) if row else UNCHANGED


def _version(row: SteeringRow) -> SteeringVersion:
    try:
        steering = Steering.model_validate(row.document)
    except ValidationError as error:
        raise SteeringDamagedError(f"version {row.id}") from error
    return SteeringVersion(row.id, steering, row.at, row.login, row.summary)
