"""When a conversation began, as SQL knows it."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.store.models import Conversation

log = structlog.get_logger()


class Beginnings:
    """Beginnings by the dialogue engine's sender id, which after a hand-over of a chat is "id.2"."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of(self, sender_id: str) -> datetime | None:
        """None where nothing is known; a failing database is logged and costs no turn."""
        return await asyncio.to_thread(self._find, sender_id)

    def _find(self, sender_id: str) -> datetime | None:
        ids = {sender_id, sender_id.rpartition(".")[0] or sender_id}
        query = select(Conversation.started_at).where(Conversation.id.in_(ids))
        try:
            with Session(self._engine) as session:
                return session.scalars(query).first()
        except SQLAlchemyError as error:
            log.error("beginning_not_read", error=type(error).__name__)
            return None
