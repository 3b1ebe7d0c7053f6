"""Chats in SQL: what makes them survive a lost connection, a page change and a restart.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.store.leases import is_held
from bot.store.models import ChatEntry, ChatPhoto, ChatSession, Conversation
from integrations.database import writing

# A bot that lives renews the lease of this name and its own.
ALIVE = "bot:"
NEW = "new"
ASKED = "asked"
DONE = "done"


@dataclass(frozen=True, slots=True)
class SavedChat:
    """A chat session as it was last saved; fields as in `bot.store.models.ChatSession`."""

    id: str
    sender: str
    mode: str
    agent: str
    agent_login: str
    created_at: datetime
    seen_at: datetime
    waiting_since: datetime | None
    last_seq: int
    attachments: Mapping[str, Any]
    carrier: str


class ChatElsewhereError(SQLAlchemyError):
    """Another bot carries the chat now; nothing was written."""


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """One message of the log; fields as in `bot.store.models.ChatEntry`."""

    seq: int
    author: str
    content: Mapping[str, Any]
    at: datetime
    client_id: str | None = None
    state: str = DONE


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One message to be added to the log."""

    author: str
    content: Mapping[str, Any]
    client_id: str | None = None
    state: str = DONE


@dataclass(frozen=True, slots=True)
class Changes:
    """What else changes in a session together with its log; None leaves a field as it is.

    answered: number of the visitor's message that is thereby answered.
    """

    answered: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


class ChatStore:
    """The chats of one database. me: the bot that carries those which it begins or claims."""

    def __init__(self, engine: Engine, me: str) -> None:
        self._engine = engine
        self.me = me

    def create(self, session_id: str, key_hash: str, mode: str, now: datetime) -> SavedChat:
        """Begin a session and its conversation."""
        with writing(self._engine) as session:
            session.add(Conversation(id=session_id, channel="chat", started_at=now))
            session.flush()
            row = ChatSession(
                id=session_id,
                key_hash=key_hash,
                sender=session_id,
                mode=mode,
                agent="",
                created_at=now,
                seen_at=now,
                last_seq=0,
                attachments={},
                carrier=self.me,
            )
            session.add(row)
            session.flush()
            return _saved(row)

    def find(self, key_hash: str) -> SavedChat | None:
        """The session that a browser's secret opens."""
        with Session(self._engine) as session:
            row = session.scalar(select(ChatSession).where(ChatSession.key_hash == key_hash))
            return _saved(row) if row else None

    def get(self, session_id: str) -> SavedChat | None:
        with Session(self._engine) as session:
            return _saved(row) if (row := session.get(ChatSession, session_id)) else None

    def claim(self, session_id: str, now: datetime, *, by_force: bool = False) -> SavedChat | None:
        """Carry a chat from now on, unless another bot that lives does; by_force: even then.

        None when it is another's or is gone.
        """
        with writing(self._engine) as session:
            row = _row(session, session_id)
            if row is None:
                return None
            if not by_force and row.carrier != self.me and is_held(session, ALIVE + row.carrier, now):
                return None
            row.carrier = self.me
            session.flush()
            return _saved(row)

    def carried(self) -> set[str]:
        """Names of the chats that this bot carries."""
        with Session(self._engine) as session:
            return set(session.scalars(select(ChatSession.id).where(ChatSession.carrier == self.me)))

    def add(
        self, session_id: str, entries: Sequence[NewEntry], now: datetime, changes: Changes | None = None
    ) -> list[SavedEntry]:
        """Append to the log; an entry whose client_id is already in it is not added again.

        Returns what was really added, in order; empty as well when the session is gone. Raises
        ChatElsewhereError, as the other methods that write to a chat do.
        """
        with writing(self._engine) as session:
            row = self._mine(session, session_id)
            if row is None:
                return []
            added = [_add(session, row, entry, now) for entry in entries]
            row.seen_at = now
            if changes is not None:
                for name, value in changes.fields.items():
                    setattr(row, name, value)
                if changes.answered is not None:
                    _set_state(session, session_id, changes.answered, DONE)
            return [entry for entry in added if entry is not None]

    def change(self, session_id: str, fields: Mapping[str, Any]) -> None:
        """Change fields of a session."""
        with writing(self._engine) as session:
            row = self._mine(session, session_id)
            if row is not None:
                for name, value in fields.items():
                    setattr(row, name, value)

    def mark_asked(self, session_id: str, seq: int) -> None:
        """Remember that the dialogue engine is about to be given a message."""
        with writing(self._engine) as session:
            self._mine(session, session_id)
            _set_state(session, session_id, seq, ASKED)

    def entries_after(self, session_id: str, seq: int) -> list[SavedEntry]:
        """The log from a number on, not included."""
        query = select(ChatEntry).where(ChatEntry.session_id == session_id, ChatEntry.seq > seq)
        with Session(self._engine) as session:
            return [_entry(row) for row in session.scalars(query.order_by(ChatEntry.seq))]

    def entry(self, session_id: str, seq: int) -> SavedEntry | None:
        with Session(self._engine) as session:
            return _entry(row) if (row := session.get(ChatEntry, (session_id, seq))) else None

    def unanswered(self, session_id: str) -> list[SavedEntry]:
        """Messages of the visitor that a stopped process left without an answer, in order."""
        query = select(ChatEntry).where(ChatEntry.session_id == session_id, ChatEntry.state != DONE)
        with Session(self._engine) as session:
            return [_entry(row) for row in session.scalars(query.order_by(ChatEntry.seq))]

    def add_photo(self, name: str, session_id: str, now: datetime) -> None:
        with writing(self._engine) as session:
            session.add(ChatPhoto(name=name, session_id=session_id, at=now, is_filed=False))

    def owns_photo(self, session_id: str, name: str) -> bool:
        with Session(self._engine) as session:
            row = session.get(ChatPhoto, name)
            return row is not None and row.session_id == session_id

    def keep_photo(self, name: str) -> None:
        """The photo belongs to a report now."""
        with writing(self._engine) as session:
            session.execute(update(ChatPhoto).where(ChatPhoto.name == name).values(is_filed=True))

    def erase(self, session_id: str) -> list[str]:
        """Erase the session, its log and its conversation; returns the photos to be deleted with them."""
        with writing(self._engine) as session:
            names = _forget_photos(session, session_id)
            conversation = session.get(Conversation, session_id)
            if conversation is not None:
                session.delete(conversation)
            return names

    def forget(self, session_id: str) -> list[str]:
        """Forget how to come back to a session; its conversation stays. Returns photos to be deleted."""
        with writing(self._engine) as session:
            names = _forget_photos(session, session_id)
            session.execute(delete(ChatSession).where(ChatSession.id == session_id))
            return names

    def unseen_since(self, moment: datetime) -> list[SavedChat]:
        """Sessions in which nothing was said since a moment."""
        query = select(ChatSession).where(ChatSession.seen_at < moment)
        with Session(self._engine) as session:
            return [_saved(row) for row in session.scalars(query)]

    def in_modes(self, modes: Sequence[str]) -> list[SavedChat]:
        """Sessions whose mode is one of these, those that wait longest first."""
        query = select(ChatSession).where(ChatSession.mode.in_(modes))
        with Session(self._engine) as session:
            return [_saved(row) for row in session.scalars(query.order_by(ChatSession.waiting_since))]

    def _mine(self, session: Session, session_id: str) -> ChatSession | None:
        row = _row(session, session_id)
        if row is not None and row.carrier != self.me:
            raise ChatElsewhereError
        return row


def _row(session: Session, session_id: str) -> ChatSession | None:
    """The session's row, locked until the transaction ends: bots write to a chat one after the other."""
    return session.get(ChatSession, session_id, with_for_update=True)


def _add(session: Session, row: ChatSession, entry: NewEntry, now: datetime) -> SavedEntry | None:
    if entry.client_id is not None:
        known = select(ChatEntry.seq).where(
            ChatEntry.session_id == row.id, ChatEntry.client_id == entry.client_id
        )
        if session.scalar(known) is not None:
            return None
    row.last_seq += 1
    added = ChatEntry(
        session_id=row.id,
        seq=row.last_seq,
        author=entry.author,
        content=dict(entry.content),
        at=now,
        client_id=entry.client_id,
        state=entry.state,
    )
    session.add(added)
    session.flush()
    return _entry(added)


def _set_state(session: Session, session_id: str, seq: int, state: str) -> None:
    session.execute(
        update(ChatEntry).where(ChatEntry.session_id == session_id, ChatEntry.seq == seq).values(state=state)
    )


def _forget_photos(session: Session, session_id: str) -> list[str]:
    mine = (ChatPhoto.session_id == session_id, ChatPhoto.is_filed.is_(False))
    names = list(session.scalars(select(ChatPhoto.name).where(*mine)))
    session.execute(delete(ChatPhoto).where(*mine))
    # Photos of reports stay, without a way back to the chat they came from.
    session.execute(update(ChatPhoto).where(ChatPhoto.session_id == session_id).values(session_id=""))
    return names


def _saved(row: ChatSession) -> SavedChat:
    return SavedChat(
        id=row.id,
        sender=row.sender,
        mode=row.mode,
        agent=row.agent,
        agent_login=row.agent_login,
        created_at=row.created_at,
        seen_at=row.seen_at,
        waiting_since=row.waiting_since,
        last_seq=row.last_seq,
        attachments=dict(row.attachments),
        carrier=row.carrier,
    )


def _entry(row: ChatEntry) -> SavedEntry:
    return SavedEntry(row.seq, row.author, dict(row.content), row.at, row.client_id, row.state)
