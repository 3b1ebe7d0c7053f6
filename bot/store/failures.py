"""Failed sign-ins, counted.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.console.lock_out import Allowance
from bot.store.models_accounts import FailureRow
from bot.store.secrets_of_browsers import hash_of
from integrations.database import writing


class FailureStore:
    """The failures of one database. Keys name what is counted: "account zoe", "address 192.0.2.1"."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def attempt(self, keys: Mapping[str, Allowance], now: datetime) -> timedelta:
        """How long to wait; zero: try now, and the try counts as a failure until `forgive` or `forget`.

        Counted beforehand, so that many tries at once are not more than one after the other.
        """
        try:
            return self._attempt(keys, now)
        except IntegrityError:
            # Somebody counted the same key for the first time at the same moment.
            return self._attempt(keys, now)

    def forgive(self, key: str) -> None:
        """One try was no failure."""
        with writing(self._engine) as session:
            row = _locked(session, key)
            if row is not None and row.failures > 0:
                row.failures -= 1

    def forget(self, key: str) -> None:
        with writing(self._engine) as session:
            session.execute(delete(FailureRow).where(FailureRow.key_hash == hash_of(key)))

    def clean_up(self, before: datetime) -> None:
        """Remove what failed last before a moment."""
        with writing(self._engine) as session:
            session.execute(delete(FailureRow).where(FailureRow.last_at < before))

    def _attempt(self, keys: Mapping[str, Allowance], now: datetime) -> timedelta:
        with writing(self._engine) as session:
            # In one order, so that two at once never wait for each other.
            rows = {key: _locked(session, key) for key in sorted(keys)}
            wait = max(
                (keys[key].wait(row.failures, row.last_at, now) for key, row in rows.items() if row),
                default=timedelta(),
            )
            if wait:
                return wait
            for key, row in rows.items():
                if row is None:
                    session.add(FailureRow(key_hash=hash_of(key), failures=1, last_at=now))
                else:
                    row.failures = keys[key].counted(row.failures, row.last_at, now) + 1
                    row.last_at = now
        return timedelta()


def _locked(session: Session, key: str) -> FailureRow | None:
    return session.scalar(select(FailureRow).where(FailureRow.key_hash == hash_of(key)).with_for_update())
