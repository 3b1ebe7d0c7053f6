"""Who is signed in, with which browsers, and forms that came after that had ended.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.console.roles import Account, Visit
from bot.store.accounts import account_of
from bot.store.models_accounts import AccountRow, DeviceRow, KeptFormRow, SignInRow
from bot.store.secrets_of_browsers import hash_of, new_secret
from integrations.database import writing

# A sign-in ends when nothing was seen of it for IDLE, and after a long working day in any case.
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
# It would be a write for every request otherwise.
SEEN_EVERY = timedelta(minutes=1)
KNOWN_AFTERWARDS = timedelta(days=3)
KEPT_FORM = timedelta(days=1)
DEVICE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that waits for its account to sign in again. fields: names and values in order."""

    address: str
    fields: Sequence[tuple[str, str]]
    created_at: datetime


class SignInStore:
    """The signed-in browsers of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, account: Account, now: datetime) -> str:
        """Sign in; returns the secret for the browser's cookie, which nobody can have known before."""
        key = new_secret()
        with writing(self._engine) as session:
            session.add(
                SignInRow(
                    key_hash=hash_of(key),
                    account_id=account.id,
                    csrf=secrets.token_urlsafe(24),
                    created_at=now,
                    seen_at=now,
                )
            )
        return key

    def visit(self, key: str, now: datetime) -> Visit | None:
        """The visit that a cookie's secret belongs to, if it goes on."""
        query = (
            select(SignInRow, AccountRow)
            .join(AccountRow, AccountRow.id == SignInRow.account_id)
            .where(
                SignInRow.key_hash == hash_of(key),
                SignInRow.ended_at.is_(None),
                SignInRow.seen_at > now - IDLE,
                SignInRow.created_at > now - LONGEST,
                AccountRow.is_active,
            )
        )
        with Session(self._engine) as session:
            found = session.execute(query).first()
        if found is None:
            return None
        sign_in, account = found
        if sign_in.seen_at <= now - SEEN_EVERY:
            self._see(sign_in.key_hash, now)
        return Visit(account_of(account), sign_in.csrf)

    def end(self, key: str, now: datetime) -> None:
        """Sign one browser out."""
        with writing(self._engine) as session:
            going_on = SignInRow.key_hash == hash_of(key), SignInRow.ended_at.is_(None)
            session.execute(update(SignInRow).where(*going_on).values(ended_at=now))

    def owner(self, csrf: str) -> int | None:
        """Whose pages a form's token was written into, 0 days or KNOWN_AFTERWARDS ago; None for nobody's."""
        with Session(self._engine) as session:
            return (
                session.scalar(select(SignInRow.account_id).where(SignInRow.csrf == csrf)) if csrf else None
            )

    def knows_device(self, device: str, login: str) -> bool:
        """Whether an account has signed in with a browser before."""
        query = (
            select(DeviceRow.key_hash)
            .join(AccountRow, AccountRow.id == DeviceRow.account_id)
            .where(DeviceRow.key_hash == hash_of(device), AccountRow.login == login.casefold())
        )
        with Session(self._engine) as session:
            return bool(device) and session.scalar(query) is not None

    def remember_device(self, account: Account, now: datetime) -> str:
        """Return the secret by which a browser will be known to belong to an account's owner."""
        device = new_secret()
        with writing(self._engine) as session:
            session.add(DeviceRow(key_hash=hash_of(device), account_id=account.id, seen_at=now))
        return device

    def see_device(self, device: str, now: datetime) -> None:
        with writing(self._engine) as session:
            same = DeviceRow.key_hash == hash_of(device)
            session.execute(update(DeviceRow).where(same).values(seen_at=now))

    def keep(self, account_id: int, address: str, fields: Sequence[tuple[str, str]], now: datetime) -> str:
        """Keep a form for an account; returns the secret that finds it."""
        key = new_secret()
        with writing(self._engine) as session:
            session.add(
                KeptFormRow(
                    key_hash=hash_of(key),
                    account_id=account_id,
                    address=address,
                    fields=[list(field) for field in fields],
                    created_at=now,
                )
            )
        return key

    def kept(self, key: str, account: Account, now: datetime) -> KeptForm | None:
        """A form that was kept for this account, and for no other."""
        query = select(KeptFormRow).where(
            KeptFormRow.key_hash == hash_of(key),
            KeptFormRow.account_id == account.id,
            KeptFormRow.created_at > now - KEPT_FORM,
        )
        with Session(self._engine) as session:
            row = session.scalar(query)
            if row is None:
                return None
            return KeptForm(row.address, [(name, value) for name, value in row.fields], row.created_at)

    def forget_kept(self, key: str, account: Account) -> None:
        with writing(self._engine) as session:
            mine = KeptFormRow.key_hash == hash_of(key), KeptFormRow.account_id == account.id
            session.execute(delete(KeptFormRow).where(*mine))

    def clean_up(self, now: datetime) -> None:
        """Remove what nobody can use any more."""
        with writing(self._engine) as session:
            over = or_(
                SignInRow.created_at < now - LONGEST - KNOWN_AFTERWARDS,
                SignInRow.seen_at < now - IDLE - KNOWN_AFTERWARDS,
            )
            session.execute(delete(SignInRow).where(over))
            session.execute(delete(KeptFormRow).where(KeptFormRow.created_at < now - KEPT_FORM))
            session.execute(delete(DeviceRow).where(DeviceRow.seen_at < now - DEVICE))

    def _see(self, key_hash: str, now: datetime) -> None:
        with writing(self._engine) as session:
            session.execute(update(SignInRow).where(SignInRow.key_hash == key_hash).values(seen_at=now))
