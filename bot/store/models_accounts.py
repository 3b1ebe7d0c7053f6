"""Accounts of the console and what was done with them, as they stand in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import Base
from integrations.database import UtcDateTime


class AccountRow(Base):
    """Somebody who may sign in.

    password: argon2, "" for those who only sign in elsewhere. subject: who they are there, None for nobody.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index("ix_accounts_subject", "subject", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(16))
    extension: Mapped[str] = mapped_column(String(16), default="", server_default="")
    password: Mapped[str] = mapped_column(String(255), default="", server_default="")
    subject: Mapped[str | None] = mapped_column(String(64))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInRow(Base):
    """A signed-in browser. key_hash: SHA-256 of the secret in its cookie. ended_at: None while it goes on.

    Rows stay for some days after their end: by `csrf`, a form that comes late is known to be ours, and whose.
    """

    __tablename__ = "console_sign_ins"
    __table_args__ = (
        Index("ix_console_sign_ins_csrf", "csrf"),
        Index("ix_console_sign_ins_account", "account_id"),
    )

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeviceRow(Base):
    """A browser from which an account signed in before. key_hash: as in `SignInRow`, of another cookie."""

    __tablename__ = "console_devices"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FailureRow(Base):
    """How often signing in failed. key_hash: SHA-256 of what is counted, an account's name or an address."""

    __tablename__ = "console_failures"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeptFormRow(Base):
    """A form that came after its sign-in had ended, for the account that filled it in.

    key_hash: as in `SignInRow`, of its address. fields: names and values in order.
    """

    __tablename__ = "console_kept_forms"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """One thing that somebody saw or changed. Rows are only ever added, and leave with retention.

    action: a verb and what it applies to ("view_recording", "change_report"). subject: which one.
    """

    __tablename__ = "console_audit"
    __table_args__ = (
        Index("ix_console_audit_at", "at"),
        Index("ix_console_audit_login", "login", "id"),
        Index("ix_console_audit_action", "action", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    login: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(128), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
