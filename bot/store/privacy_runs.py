"""Reports of what was deleted. Every method is one transaction and blocks; all raise SQLAlchemyError."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.store.models_privacy import PrivacyRunRow
from integrations.database import writing


class RunKind(StrEnum):
    """REPLAY: erasures were done again, on data that came back from a backup."""

    RETENTION = "retention"
    ERASURE = "erasure"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class PrivacyRun:
    """One report; fields as in `bot.store.models_privacy.PrivacyRunRow`."""

    at: datetime
    kind: RunKind
    login: str
    subject: str
    counts: Mapping[str, int]


class PrivacyRuns:
    """The reports of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, run: PrivacyRun) -> None:
        with writing(self._engine) as session:
            session.add(
                PrivacyRunRow(
                    at=run.at, kind=run.kind, login=run.login, subject=run.subject, counts=dict(run.counts)
                )
            )

    def latest(self, limit: int = 50) -> list[PrivacyRun]:
        """The newest first."""
        query = select(PrivacyRunRow).order_by(PrivacyRunRow.at.desc(), PrivacyRunRow.id.desc()).limit(limit)
        with Session(self._engine) as session:
            return [
                PrivacyRun(row.at, RunKind(row.kind), row.login, row.subject, dict(row.counts))
                for row in session.scalars(query)
            ]
