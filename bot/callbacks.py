"""Writes the call-backs that the call itself promises, when no dialogue engine can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from integrations.desk import Desk
from integrations.desk_types import NewCallback

log = structlog.get_logger()

SWITCHBOARD = "accueil"
DUE_AFTER = timedelta(days=1)


class DeskCallbacks:
    """Call-backs for the switchboard, in the desk's database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def request(self, call_id: str, caller: str, reason: str) -> None:
        """See `bot.call.runner.Callbacks`. reason: the caller's last words."""
        now = datetime.now(UTC)
        callback = NewCallback(call_id, caller, SWITCHBOARD, reason, due_at=now + DUE_AFTER)
        try:
            await self._desk.request_callback(callback, now)
        except SQLAlchemyError as error:
            log.error("callback_not_recorded", call_id=call_id, error=type(error).__name__)
