"""Writes the call-backs that the call itself promises, when no dialogue engine can."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from integrations.desk import Desk
from integrations.desk_callbacks import SWITCHBOARD, callback_due_at
from integrations.desk_spool import CallbackSpool
from integrations.desk_types import NewCallback
from integrations.steering_reader import CityNow

log = structlog.get_logger()


class DeskCallbacks:
    """Call-backs for the switchboard, in the desk's database; in a file while that cannot be written."""

    def __init__(self, desk: Desk, city: CityNow, spool: CallbackSpool) -> None:
        self._desk = desk
        self._city = city
        self._spool = spool

    async def request(self, call_id: str, caller: str, reason: str) -> None:
        """See `bot.call.protocols.Callbacks`. reason: the caller's last words."""
        now = datetime.now(UTC)
        due_at = callback_due_at(await self._city.city(), SWITCHBOARD, now)
        callback = NewCallback(call_id, caller, SWITCHBOARD, reason, due_at=due_at)
        try:
            await self._desk.request_callback(callback, now)
        except SQLAlchemyError as error:
            log.error("callback_kept_in_file", call_id=call_id, error=type(error).__name__)
            try:
                await self._spool.keep(callback, now)
            except OSError as disk_error:
                log.critical("callback_lost", call_id=call_id, error=type(disk_error).__name__)
            return
        await self.file_kept()

    async def file_kept(self) -> None:
        """File what was kept while the database could not be written."""
        try:
            n_filed = await self._spool.hand_over(self._desk.request_callback)
        except (SQLAlchemyError, OSError) as error:
            log.error("callbacks_still_in_file", error=type(error).__name__)
            return
        if n_filed:
            log.info("callbacks_filed", n_callbacks=n_filed)
