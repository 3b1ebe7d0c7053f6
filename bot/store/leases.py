"""What one of several bots holds alone, for a while: a job, its own name.

A holder that dies loses it when the time is over. The clocks of all machines must agree to a second or two.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from bot.store.models import Base
from integrations.database import UtcDateTime, writing


class LeaseRow(Base):
    """holder: name of a bot. until: from then on anybody may take it."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Leases:
    """The leases as one holder sees them. holder: its name, unique for ever. All methods block and raise
    SQLAlchemyError.
    """

    def __init__(self, engine: Engine, holder: str) -> None:
        self._engine = engine
        self.holder = holder

    def hold(self, name: str, now: datetime, life: timedelta) -> bool:
        """Take a lease or renew it; False while somebody else has it."""
        values = {"holder": self.holder, "until": now + life}
        is_free = (LeaseRow.holder == self.holder) | (LeaseRow.until < now)
        with writing(self._engine) as session:
            taken = update(LeaseRow).where(LeaseRow.name == name, is_free).values(**values)
            if session.execute(taken.returning(LeaseRow.name)).first() is not None:
                return True
            if session.get(LeaseRow, name) is not None:
                return False
        try:
            with writing(self._engine) as session:
                session.execute(insert(LeaseRow).values(name=name, **values))
        except IntegrityError:
            # Another one was faster.
            return False
        return True

    def let_go(self, name: str) -> None:
        """Give a lease back; nothing if it is not ours."""
        with writing(self._engine) as session:
            ours = (LeaseRow.name == name, LeaseRow.holder == self.holder)
            session.execute(delete(LeaseRow).where(*ours))

    def forget(self, before: datetime) -> None:
        """Delete what ended before a moment: names of bots that are long gone."""
        with writing(self._engine) as session:
            session.execute(delete(LeaseRow).where(LeaseRow.until < before))


def is_held(session: Session, name: str, now: datetime) -> bool:
    """Whether anybody has a lease."""
    held = select(LeaseRow.name).where(LeaseRow.name == name, LeaseRow.until >= now)
    return session.scalar(held) is not None
