"""The embedded report system's table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Float, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from integrations.database import UtcDateTime


class State(StrEnum):
    """Where a request is in its life. Open311 knows two states: RECEIVED and OPEN are its `open`."""

    RECEIVED = "received"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def open311(self) -> str:
        """The state's name in Open311."""
        return "closed" if self is State.CLOSED else "open"


class Base(DeclarativeBase):
    """The tables of the embedded report system."""


class ServiceRequest(Base):
    """One report. id: its `service_request_id`. reference: the client's own, unique; None if it gave none."""

    __tablename__ = "service_requests"
    __table_args__ = (
        Index("ix_service_requests_reference", "reference", unique=True),
        Index("ix_service_requests_requested_at", "requested_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    reference: Mapped[str | None] = mapped_column(String(64))
    service_code: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default=State.RECEIVED)
    status_notes: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    address_id: Mapped[str] = mapped_column(String(128))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    first_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320))
    device_id: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[str] = mapped_column(String(200))
    media_url: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    priority: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(32))
    complete: Mapped[bool] = mapped_column()
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_at: Mapped[datetime] = mapped_column(UtcDateTime)
