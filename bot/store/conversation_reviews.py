"""What people do with a conversation: flag it, assign it, note something, mark it as reviewed.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.store.models import Conversation
from bot.store.models_accounts import AccountRow
from integrations.database import writing

MAX_NOTE_CHARACTERS = 2000


class ReviewAction(StrEnum):
    """What can be done."""

    FLAG = "flag"
    UNFLAG = "unflag"
    ASSIGN = "assign"
    REVIEW = "review"
    REOPEN = "reopen"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to be done. value: the login for ASSIGN, "" for nobody; the words for NOTE."""

    action: ReviewAction
    value: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What people have done so far. version: must be shown with the next change."""

    conversation_id: str
    is_flagged: bool
    assignee: str
    reviewed_at: datetime | None
    reviewed_by: str
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may be given a conversation."""

    login: str
    name: str


class ConflictError(Exception):
    """Somebody else has changed it meanwhile; nothing was done. present: as it is now."""

    def __init__(self, present: Review) -> None:
        super().__init__("changed meanwhile")
        self.present = present


class ConversationReviews:
    """The reviews in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, conversation_id: str) -> Review | None:
        with Session(self._engine) as session:
            row = session.get(Conversation, conversation_id)
            return _review(row) if row else None

    def change(self, conversation_id: str, change: Change, version: int, login: str, now: datetime) -> Review:
        """Do one thing to a conversation that was seen in this version.

        Raises ConflictError when it has another one by now, LookupError when it is gone, ValueError for an
        assignee who may not sign in.
        """
        with writing(self._engine) as session:
            values = _values(session, change, login, now)
            counted = update(Conversation).where(
                Conversation.id == conversation_id, Conversation.version == version
            )
            done = session.execute(
                counted.values(**values, version=version + 1).returning(Conversation.id)
            ).first()
            row = session.get(Conversation, conversation_id)
            if row is None:
                raise LookupError(conversation_id)
            if done is None:
                raise ConflictError(_review(row))
            return _review(row)

    def colleagues(self) -> Sequence[Colleague]:
        """Everybody who may sign in, by name."""
        query = select(AccountRow.login, AccountRow.name).where(AccountRow.is_active)
        with Session(self._engine) as session:
            return [Colleague(*row) for row in session.execute(query.order_by(AccountRow.name))]


def _values(session: Session, change: Change, login: str, now: datetime) -> dict[str, object]:
    match change.action:
        case ReviewAction.FLAG:
            return {"is_flagged": True}
        case ReviewAction.UNFLAG:
            return {"is_flagged": False}
        case ReviewAction.REVIEW:
            return {"reviewed_at": now, "reviewed_by": login}
        case ReviewAction.REOPEN:
            return {"reviewed_at": None, "reviewed_by": ""}
        case ReviewAction.NOTE:
            return {"note": change.value.strip()[:MAX_NOTE_CHARACTERS].replace("\x00", "")}
        case ReviewAction.ASSIGN:
            known = select(AccountRow.id).where(AccountRow.login == change.value, AccountRow.is_active)
            if change.value and session.scalar(known) is None:
                raise ValueError("nobody has this login")
            return {"assignee": change.value}


def _review(row: Conversation) -> Review:
    return Review(
        conversation_id=row.id,
        is_flagged=row.is_flagged,
        assignee=row.assignee,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        note=row.note,
        version=row.version,
    )
