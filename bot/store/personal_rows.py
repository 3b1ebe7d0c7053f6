"""What the conversations' database holds of callers: found by number, erased, or left as figures only.

Every function works in short transactions and blocks. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from bot.store.models import ChatPhoto, ChatSession, Conversation, Turn
from bot.store.models_accounts import AuditRow
from bot.store.models_review import ReviewRow
from integrations.database import writing
from integrations.phone_forms import canonical_number, may_be_number

# Small enough that nobody waits for the lock of SQLite.
BATCH = 100


def conversations_of(engine: Engine, number: str) -> set[str]:
    """Return the calls that came from a number. number: canonical."""
    query = select(Conversation.id, Conversation.caller).where(may_be_number(Conversation.caller, number))
    with Session(engine) as session:
        return {id_ for id_, caller in session.execute(query) if canonical_number(caller) == number}


def turns_with_number(engine: Engine, number: str) -> list[tuple[int, str]]:
    """Return turns, by id with their words, that may speak the number in digits. number: canonical."""
    query = select(Turn.id, Turn.text).where(may_be_number(Turn.text, number))
    with Session(engine) as session:
        return [(id_, text) for id_, text in session.execute(query)]


def rewrite_turns(engine: Engine, texts: Sequence[tuple[int, str]]) -> None:
    """Give turns other words; what was understood in the old ones goes."""
    with writing(engine) as session:
        for id_, text in texts:
            session.execute(update(Turn).where(Turn.id == id_).values(text=text, entities=[]))
            session.execute(delete(ReviewRow).where(ReviewRow.turn_id == id_))


def known_callers(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield each conversation with the number it came from, "" for none."""
    with Session(engine) as session:
        for id_, caller in session.execute(select(Conversation.id, Conversation.caller)):
            yield str(id_), str(caller)


def is_known(engine: Engine, conversation_id: str) -> bool:
    with Session(engine) as session:
        return session.get(Conversation, conversation_id) is not None


def erase_conversation(engine: Engine, conversation_id: str) -> tuple[bool, list[str]]:
    """Delete a conversation and all that hangs on it; return whether there was one, and photos to delete."""
    with writing(engine) as session:
        photos = _photos_of(session, conversation_id)
        row = session.get(Conversation, conversation_id)
        if row is not None:
            session.delete(row)
        return row is not None, photos


def forget_words(engine: Engine, before: datetime) -> tuple[int, list[str]]:
    """Leave of conversations that began before a moment only what statistics need.

    Numbers, words, what was understood in them, corrections, chat logs and photos go; times, intents and
    outcomes stay. Returns how many conversations, and photos to delete.
    """
    n_forgotten, photos = 0, list[str]()
    while ids := _with_words(engine, before):
        with writing(engine) as session:
            for id_ in ids:
                photos += _photos_of(session, id_)
            session.execute(delete(ChatSession).where(ChatSession.id.in_(ids)))
            session.execute(delete(ReviewRow).where(ReviewRow.conversation_id.in_(ids)))
            session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(caller=""))
            wordless = {"text": "", "entities": []}
            session.execute(update(Turn).where(Turn.conversation_id.in_(ids)).values(**wordless))
        n_forgotten += len(ids)
    return n_forgotten, photos


def forget_figures(engine: Engine, before: datetime) -> int:
    """Delete conversations that began before a moment altogether; return how many."""
    n_deleted = 0
    old = select(Conversation.id).where(Conversation.started_at < before).limit(BATCH)
    while True:
        with writing(engine) as session:
            ids = list(session.scalars(old))
            session.execute(delete(Conversation).where(Conversation.id.in_(ids)))
        n_deleted += len(ids)
        if len(ids) < BATCH:
            return n_deleted


def forget_audit(engine: Engine, before: datetime) -> int:
    """Delete what was written down of agents before a moment; return how many entries."""
    with writing(engine) as session:
        return int(session.execute(delete(AuditRow).where(AuditRow.at < before)).rowcount)  # type: ignore[attr-defined]


def _with_words(engine: Engine, before: datetime) -> list[str]:
    has_words = exists().where(Turn.conversation_id == Conversation.id, Turn.text != "")
    has_chat = exists().where(ChatSession.id == Conversation.id)
    personal = or_(Conversation.caller != "", has_words, has_chat)
    query = select(Conversation.id).where(Conversation.started_at < before, personal).limit(BATCH)
    with Session(engine) as session:
        return list(session.scalars(query))


def _photos_of(session: Session, conversation_id: str) -> list[str]:
    """Photos that belong to no report; those of reports stay without a way back to the chat."""
    mine = (ChatPhoto.session_id == conversation_id, ChatPhoto.is_filed.is_(False))
    names = list(session.scalars(select(ChatPhoto.name).where(*mine)))
    session.execute(delete(ChatPhoto).where(*mine))
    session.execute(update(ChatPhoto).where(ChatPhoto.session_id == conversation_id).values(session_id=""))
    return names
