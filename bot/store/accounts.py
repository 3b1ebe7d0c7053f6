"""Accounts of the console, who is signed in, and what they did.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from bot.console.roles import Account, Role, Visit
from bot.store.models_accounts import AccountRow, AuditRow, SignInRow
from integrations.database import writing

_HASHER = PasswordHasher()
# Checked when there is no such account, so that a wrong name takes as long as a wrong password.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


class AccountStore:
    """The accounts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, login: str, name: str, role: Role, password: str, now: datetime) -> Account:
        """Raises IntegrityError when the login is taken."""
        with writing(self._engine) as session:
            row = AccountRow(
                login=login.casefold(),
                name=name,
                role=role,
                password=_HASHER.hash(password),
                is_active=True,
                created_at=now,
            )
            session.add(row)
            session.flush()
            return _account(row)

    def check(self, login: str, password: str) -> Account | None:
        """The account that these open. Takes about 50 ms of processor, whatever the answer."""
        query = select(AccountRow).where(AccountRow.login == login.casefold(), AccountRow.is_active)
        with Session(self._engine) as session:
            row = session.scalar(query)
            try:
                _HASHER.verify(row.password if row and row.password else _NOBODY, password)
            except VerificationError:
                return None
            return _account(row) if row else None

    def sign_in(self, account: Account, now: datetime) -> str:
        """Begin a visit; returns the secret for the browser's cookie."""
        key = secrets.token_urlsafe(32)
        with writing(self._engine) as session:
            session.add(
                SignInRow(
                    key_hash=_hash(key),
                    account_id=account.id,
                    csrf=secrets.token_urlsafe(24),
                    created_at=now,
                    seen_at=now,
                )
            )
        return key

    def visit(self, key: str, not_before: datetime) -> Visit | None:
        """The visit that a cookie's secret belongs to, unless nothing was seen of it since `not_before`."""
        query = (
            select(SignInRow, AccountRow)
            .join(AccountRow, AccountRow.id == SignInRow.account_id)
            .where(SignInRow.key_hash == _hash(key), SignInRow.seen_at >= not_before, AccountRow.is_active)
        )
        with Session(self._engine) as session:
            found = session.execute(query).first()
            return Visit(_account(found[1]), found[0].csrf) if found else None

    def sign_out(self, key: str) -> None:
        with writing(self._engine) as session:
            session.execute(delete(SignInRow).where(SignInRow.key_hash == _hash(key)))

    def record(self, login: str, action: str, subject: str, detail: str, now: datetime) -> None:
        """Add one line to the audit log."""
        with writing(self._engine) as session:
            session.add(AuditRow(at=now, login=login, action=action, subject=subject, detail=detail))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.login, row.name, Role(row.role), row.extension)
