"""The desk's tables: what was promised to callers, and what still has to be delivered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from integrations.database import UtcDateTime


class Delivery(StrEnum):
    """How far something is on its way to the city's system. DEAD: a person has to look at it."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class CallbackState(StrEnum):
    """How far a call-back is. CLAIMED: an agent has it in hand. DONE: an agent wrote what came of it."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class OutboxKind(StrEnum):
    """What a delivery is: a report, what completes one that was sent incomplete, or a word about one."""

    REPORT = "report"
    COMPLETION = "completion"
    UPDATE = "update"


class Base(DeclarativeBase):
    """The tables of the desk's database."""


class ReferenceCounter(Base):
    """One row: the last number given out in a year. Locking it puts the filing processes in line."""

    __tablename__ = "reference_counter"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    year: Mapped[int] = mapped_column(Integer)
    last: Mapped[int] = mapped_column(Integer)


class ReportRow(Base):
    """One report as it was promised.

    backend_id: its identifier in the city's system, "" until known.
    place_key: see `report_places.place_key`. closed_at: when that system first said that it is closed.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_conversation", "conversation_id"),
        Index("ix_reports_phone", "caller_phone", "requested_at"),
        Index("ix_reports_requested_at", "requested_at"),
        Index("ix_reports_place_key", "problem_code", "place_key"),
        Index("ix_reports_position", "problem_code", "latitude"),
        Index("ix_reports_backend_id", "backend_id"),
    )

    reference: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    problem_code: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text)
    place_spoken: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(String(200))
    house_number: Mapped[str] = mapped_column(String(16))
    landmark: Mapped[str] = mapped_column(String(200))
    district: Mapped[str] = mapped_column(String(200))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    source: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int] = mapped_column(Integer)
    complete: Mapped[bool] = mapped_column()
    caller_name: Mapped[str] = mapped_column(String(200))
    caller_phone: Mapped[str] = mapped_column(String(32))
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    photo_url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    backend_id: Mapped[str] = mapped_column(String(128), default="")
    delivery: Mapped[str] = mapped_column(String(16), default=Delivery.PENDING)
    place_key: Mapped[str] = mapped_column(String(200), default="", server_default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportPersonRow(Base):
    """One more person who told of a report that somebody else had made; once per conversation."""

    __tablename__ = "report_people"
    __table_args__ = (
        Index("ix_report_people_once", "reference", "conversation_id", unique=True),
        Index("ix_report_people_phone", "phone", "joined_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    reference: Mapped[str] = mapped_column(ForeignKey("reports.reference"))
    conversation_id: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(32))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallbackRow(Base):
    """Somebody who is to be called back by a service, until a person closes it.

    claimed_by, claimed_at: the agent who has it in hand, "" and None when nobody has.
    """

    __tablename__ = "callbacks"
    __table_args__ = (Index("ix_callbacks_state_due_at", "state", "due_at"),)

    reference: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    caller_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(32))
    service: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), default=CallbackState.OPEN)
    claimed_by: Mapped[str] = mapped_column(String(64), default="")
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallbackEventRow(Base):
    """One thing that happened to a call-back: when, by whom, and the agent's note. Never changed."""

    __tablename__ = "callback_events"
    __table_args__ = (Index("ix_callback_events_reference", "reference"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    reference: Mapped[str] = mapped_column(ForeignKey("callbacks.reference"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)


class OutboxRow(Base):
    """One thing to deliver.

    attempts: how often a worker took it. in_doubt: it was sent and no clear answer came, or may have been:
        look before sending again. claimed_until: a worker has it until then; None when nobody has.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_next", "state", "next_attempt_at"),
        Index("ix_outbox_reference", "reference"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(ForeignKey("reports.reference"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default=Delivery.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    in_doubt: Mapped[bool] = mapped_column(default=False)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str] = mapped_column(String(64), default="")
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WorkItemRow(Base):
    """Who has an incomplete report or a dead letter in hand; no row until somebody has taken it.

    kind: see `desk_work.WorkKind`. key: the report's reference, or the letter's number. note: the last one.
    """

    __tablename__ = "work_items"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default=CallbackState.OPEN)
    claimed_by: Mapped[str] = mapped_column(String(64), default="")
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
