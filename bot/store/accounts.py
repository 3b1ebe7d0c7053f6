"""Accounts of the console.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from bot.console.roles import Account, Role
from bot.store.models_accounts import AccountRow, DeviceRow, SignInRow
from integrations.database import writing

_HASHER = PasswordHasher()
# Checked when there is no such account, so that a wrong name takes as long as a wrong password.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


class LastAdministratorError(Exception):
    """Without this account nobody could administer the console."""


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as administrators see it.

    is_foreign: signs in by the city's directory. seen_at: None when not lately.
    """

    account: Account
    is_active: bool
    is_foreign: bool
    created_at: datetime
    seen_at: datetime | None


class AccountStore:
    """The accounts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        login: str,
        name: str,
        role: Role,
        password: str,
        now: datetime,
        extension: str = "",
        subject: str | None = None,
    ) -> Account:
        """Raises IntegrityError when the login is taken.

        password: "" for those who only sign in elsewhere, as `subject`.
        """
        with writing(self._engine) as session:
            row = AccountRow(
                login=login.casefold(),
                name=name,
                role=role,
                extension=extension,
                password=_HASHER.hash(password) if password else "",
                subject=subject,
                is_active=True,
                created_at=now,
            )
            session.add(row)
            session.flush()
            return account_of(row)

    def check(self, login: str, password: str) -> Account | None:
        """The account that these open. Takes about 50 ms of processor, whatever the answer."""
        query = select(AccountRow).where(AccountRow.login == login.casefold(), AccountRow.is_active)
        with Session(self._engine) as session:
            row = session.scalar(query)
            try:
                _HASHER.verify(row.password if row and row.password else _NOBODY, password)
            except VerificationError:
                return None
            return account_of(row) if row else None

    def list(self) -> Sequence[ListedAccount]:
        """All accounts by login."""
        seen = (
            select(SignInRow.account_id, func.max(SignInRow.seen_at).label("at"))
            .group_by(SignInRow.account_id)
            .subquery()
        )
        query = (
            select(AccountRow, seen.c.at)
            .outerjoin(seen, seen.c.account_id == AccountRow.id)
            .order_by(AccountRow.login)
        )
        with Session(self._engine) as session:
            return [_listed(row, seen_at) for row, seen_at in session.execute(query)]

    def find(self, login: str) -> Account | None:
        """An account by its login, also one that is switched off."""
        with Session(self._engine) as session:
            row = session.scalar(select(AccountRow).where(AccountRow.login == login.casefold()))
            return account_of(row) if row else None

    def has_password(self, account_id: int) -> bool:
        """False for who only signs in by the city's directory."""
        with Session(self._engine) as session:
            return bool(session.scalar(select(AccountRow.password).where(AccountRow.id == account_id)))

    def of_subject(self, subject: str) -> ListedAccount | None:
        """The account of somebody whom the city's directory knows."""
        with Session(self._engine) as session:
            row = session.scalar(select(AccountRow).where(AccountRow.subject == subject))
            return _listed(row, None) if row else None

    def change(
        self,
        account_id: int,
        *,
        name: str | None = None,
        role: Role | None = None,
        extension: str | None = None,
        is_active: bool | None = None,
    ) -> None:
        """Change what is given. Whoever is switched off is signed out. Raises LastAdministratorError."""
        with writing(self._engine) as session:
            row = session.get_one(AccountRow, account_id)
            row.name = row.name if name is None else name
            row.extension = row.extension if extension is None else extension
            row.role = row.role if role is None else role
            row.is_active = row.is_active if is_active is None else is_active
            session.flush()
            if role is not None or is_active is not None:
                _check_administrators(session)
            if not row.is_active:
                _forget_browsers(session, account_id)

    def sign_out(self, account_id: int) -> None:
        """End all sign-ins of an account."""
        with writing(self._engine) as session:
            _forget_browsers(session, account_id)

    def set_password(self, account_id: int, password: str) -> None:
        """All browsers of the account are signed out, and none is known any more."""
        with writing(self._engine) as session:
            session.get_one(AccountRow, account_id).password = _HASHER.hash(password)
            _forget_browsers(session, account_id)


def account_of(row: AccountRow) -> Account:
    return Account(row.id, row.login, row.name, Role(row.role), row.extension)


def _listed(row: AccountRow, seen_at: datetime | None) -> ListedAccount:
    return ListedAccount(account_of(row), row.is_active, row.subject is not None, row.created_at, seen_at)


def _check_administrators(session: Session) -> None:
    query = select(AccountRow.id).where(AccountRow.is_active, AccountRow.role == Role.ADMINISTRATOR)
    if not session.scalars(query.with_for_update()).all():
        raise LastAdministratorError


def _forget_browsers(session: Session, account_id: int) -> None:
    session.execute(delete(SignInRow).where(SignInRow.account_id == account_id))
    session.execute(delete(DeviceRow).where(DeviceRow.account_id == account_id))
