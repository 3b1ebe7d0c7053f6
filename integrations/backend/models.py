"""The embedded report system's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from integrations.backend.life import State
from integrations.database import UtcDateTime


class Base(DeclarativeBase):
    """The tables of the embedded report system."""


class ServiceRequest(Base):
    """One report.

    id: its `service_request_id`. reference: the client's own, unique; None if it gave none. state: a `State`.
    agency: the service it is assigned to, "" for the usual one. n_people: who told of this request, without
    those of its duplicates. address_key: see `report_places.address_key`.
    """

    __tablename__ = "service_requests"
    __table_args__ = (
        Index("ix_service_requests_reference", "reference", unique=True),
        Index("ix_service_requests_requested_at", "requested_at"),
        Index("ix_service_requests_code", "service_code", "requested_at"),
        Index("ix_service_requests_address", "service_code", "address_key"),
        Index("ix_service_requests_position", "service_code", "latitude"),
        Index("ix_service_requests_duplicate_of", "duplicate_of"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    reference: Mapped[str | None] = mapped_column(String(64))
    service_code: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default=State.RECEIVED)
    status_notes: Mapped[str] = mapped_column(Text, default="")
    agency: Mapped[str] = mapped_column(String(200), default="")
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("service_requests.id"))
    n_people: Mapped[int] = mapped_column(Integer, default=1)
    description: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    address_key: Mapped[str] = mapped_column(String(200), default="")
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


class RequestEvent(Base):
    """One change of a request, never changed itself.

    at: when it was written here. state: what the request became, "" for what leaves it as it was.
    status: FixMyStreet's name for it. update_id: the client's own, unique for a request; None if it gave
    none. phone: of who told of it, for agents only. details: what else changed, by name.
    """

    __tablename__ = "request_events"
    __table_args__ = (
        Index("ix_request_events_request", "request_id", "id"),
        Index("ix_request_events_at", "at"),
        Index("ix_request_events_once", "request_id", "update_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(16), default="")
    status: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    media_url: Mapped[str] = mapped_column(Text, default="")
    update_id: Mapped[str | None] = mapped_column(String(128))
    phone: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class SeenSignature(Base):
    """A signature that came with an alert, kept as long as its time stamp is accepted."""

    __tablename__ = "seen_signatures"
    __table_args__ = (Index("ix_seen_signatures_at", "seen_at"),)

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
