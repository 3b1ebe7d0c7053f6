"""Writes each message down, hands it to the gateway of its medium, and writes what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Engine, delete, func, select, text
from sqlalchemy.orm import Session

from integrations.database import writing
from integrations.notifications import Carrier, CarrierError, Medium, Notice, Outcome, Reason, Receipt
from integrations.notifications_models import NotificationRow
from integrations.notifications_rules import Limits, Recipient, recipient, refusal
from integrations.texts import clipped, writable

log = structlog.get_logger()

SENDING = "sending"
# Any number will do as long as all processes use the same.
COUNTING_LOCK = 311_030_190
SAME_MESSAGE_WITHIN = timedelta(minutes=10)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class SqlNotifications:
    """Implements `notifications.Notifications`.

    engine: the desk's database, migrated. carriers: the gateways that are set up; a medium without one is
    only recorded. deliver_s: how long a gateway may take, while a caller waits.
    """

    def __init__(
        self, engine: Engine, carriers: Mapping[Medium, Carrier], limits: Limits, deliver_s: float = 6.0
    ) -> None:
        self._engine = engine
        self._carriers = carriers
        self._limits = limits
        self._deliver_s = deliver_s

    @property
    def media(self) -> frozenset[Medium]:
        return frozenset(self._carriers)

    async def send(self, notice: Notice, now: datetime) -> Receipt:
        who = recipient(notice.to, self._limits)
        row_id, reason, earlier = await asyncio.to_thread(self._write_down, notice, who, now)
        if earlier is not None:
            return earlier
        if reason is not Reason.NONE:
            log.info("notification_refused", call_id=notice.conversation_id, reason=reason.value)
            return Receipt(Outcome.REFUSED, reason, who.medium)
        carrier = self._carriers.get(who.medium) if who.medium else None
        if carrier is None:
            return Receipt(Outcome.RECORDED, medium=who.medium)
        receipt = await self._deliver(carrier, notice, who)
        await asyncio.to_thread(self._write_outcome, row_id, receipt, now)
        return receipt

    async def forget(self, before: datetime) -> int:
        """Delete what is older than a moment; return how many messages that was."""
        return await asyncio.to_thread(self._forget, before)

    async def aclose(self) -> None:
        for carrier in self._carriers.values():
            await carrier.aclose()
        await asyncio.to_thread(self._engine.dispose)

    async def _deliver(self, carrier: Carrier, notice: Notice, who: Recipient) -> Receipt:
        try:
            async with asyncio.timeout(self._deliver_s):
                await carrier.deliver(who.address, notice.text, notice.subject)
        except CarrierError as error:
            outcome = Outcome.UNCLEAR if error.unclear else Outcome.FAILED
            log.warning("notification_" + outcome.value, medium=who.medium, error=str(error))
            return Receipt(outcome, Reason.GATEWAY, who.medium)
        except TimeoutError:
            log.warning("notification_unclear", medium=who.medium, error="too slow")
            return Receipt(Outcome.UNCLEAR, Reason.GATEWAY, who.medium)
        return Receipt(Outcome.SENT, medium=who.medium)

    def _write_down(
        self, notice: Notice, who: Recipient, now: datetime
    ) -> tuple[int, Reason, Receipt | None]:
        """Count and write in one transaction: two messages at once must not both be the last allowed."""
        with writing(self._engine) as session:
            if session.connection().dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": COUNTING_LOCK})
            earlier = _already_sent(session, notice, who, now)
            if earlier is not None:
                return earlier.id, Reason.NONE, _receipt_of(earlier)
            counts = (
                _count(session, now - DAY, NotificationRow.recipient == who.address),
                _count(session, now - HOUR, NotificationRow.medium == (who.medium or "")),
            )
            reason = refusal(notice, who, self._limits, *counts)
            outcome = SENDING if who.medium in self._carriers else Outcome.RECORDED
            row = NotificationRow(
                conversation_id=notice.conversation_id[:64],
                kind=notice.kind,
                medium=who.medium or "",
                recipient=clipped(who.address, 254),
                text=writable(notice.text),
                outcome=Outcome.REFUSED if reason is not Reason.NONE else outcome,
                reason=reason,
                created_at=now,
                updated_at=now,
            )
            session.add(row)
            session.flush()
            return row.id, reason, None

    def _write_outcome(self, row_id: int, receipt: Receipt, now: datetime) -> None:
        with writing(self._engine) as session:
            row = session.get_one(NotificationRow, row_id)
            row.outcome, row.reason, row.updated_at = receipt.outcome, receipt.reason, now

    def _forget(self, before: datetime) -> int:
        with writing(self._engine) as session:
            old = delete(NotificationRow).where(NotificationRow.created_at < before)
            return session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _count(session: Session, since: datetime, condition: ColumnElement[bool]) -> int:
    counted = (
        select(func.count())
        .select_from(NotificationRow)
        .where(
            condition,
            NotificationRow.created_at > since,
            NotificationRow.outcome != Outcome.REFUSED,
        )
    )
    return session.scalar(counted) or 0


def _already_sent(session: Session, notice: Notice, who: Recipient, now: datetime) -> NotificationRow | None:
    """The same message of the same conversation, when it may have arrived: nobody gets it twice."""
    return session.scalars(
        select(NotificationRow)
        .where(
            NotificationRow.conversation_id == notice.conversation_id[:64],
            NotificationRow.recipient == clipped(who.address, 254),
            NotificationRow.text == writable(notice.text),
            NotificationRow.outcome.in_((Outcome.SENT, Outcome.UNCLEAR, SENDING)),
            NotificationRow.created_at > now - SAME_MESSAGE_WITHIN,
        )
        .limit(1)
    ).first()


def _receipt_of(row: NotificationRow) -> Receipt:
    outcome = Outcome.SENT if row.outcome == Outcome.SENT else Outcome.UNCLEAR
    return Receipt(outcome, medium=Medium(row.medium))
