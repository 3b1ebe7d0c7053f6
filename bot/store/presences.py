"""Which people of the city have the page of conversations in progress open, on whichever machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from bot.store.models import Base
from integrations.database import UtcDateTime, writing


class PresenceRow(Base):
    """login: of an account. seen_at: when its page last said that it is open."""

    __tablename__ = "presences"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PresenceStore:
    """Both methods block and raise SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, login: str, now: datetime) -> None:
        """This account's page is open."""
        with writing(self._engine) as session:
            session.merge(PresenceRow(login=login, seen_at=now))

    def since(self, moment: datetime) -> Mapping[str, datetime]:
        """Who was seen since a moment, and when; what is older is forgotten."""
        with writing(self._engine) as session:
            session.execute(delete(PresenceRow).where(PresenceRow.seen_at < moment))
        with Session(self._engine) as session:
            return {row.login: row.seen_at for row in session.scalars(select(PresenceRow))}
