"""Conversations as the console lists them.

Every method blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.store.conversation_search import ConversationFilter, Search, search
from bot.store.models import Conversation, Turn

PAGE_ROWS = 50
# Lists do not count further: nobody reads on, and counting all would cost more than showing them.
MAX_COUNTED = 1000
EXPORT_BATCH = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the list; fields as in `bot.store.models.Conversation`.

    words: the first thing that the caller said with a sentence's length. n_turns: of all sides.
    """

    id: str
    channel: str
    caller: str
    started_at: datetime
    duration_ms: int | None
    outcome: str
    emergency: str
    service: str
    intent: str
    is_unsure: bool
    was_transferred: bool
    is_flagged: bool
    assignee: str
    reviewed_at: datetime | None
    reviewed_by: str
    version: int
    words: str
    n_turns: int

    @property
    def is_in_progress(self) -> bool:
        return self.duration_ms is None and not self.outcome


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A part of the list, newest first. next: what the following part begins after, "" at the end."""

    rows: Sequence[Summary]
    next: str


class ConversationList:
    """The conversations of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, wanted: ConversationFilter, after: str = "", limit: int = PAGE_ROWS) -> ConversationPage:
        """Return a part of the list. after: `next` of the part before; nonsense begins anew."""
        found = search(wanted, self._engine.dialect)
        if found is None:
            return ConversationPage((), "")
        with Session(self._engine) as session:
            rows = session.execute(_part(found, after).limit(limit + 1)).all()
            summaries = _summaries(session, [row[0] for row in rows[:limit]])
            following = _place(found, rows[limit - 1]) if len(rows) > limit else ""
            return ConversationPage(summaries, following)

    def count(self, wanted: ConversationFilter) -> int:
        """How many there are, counted as far as MAX_COUNTED."""
        return self._count(wanted, [])

    def count_newer(self, wanted: ConversationFilter, than: datetime) -> int:
        """How many began after a moment, counted as far as MAX_COUNTED."""
        return self._count(wanted, [Conversation.started_at > than])

    def get(self, conversation_id: str) -> Summary | None:
        with Session(self._engine) as session:
            row = session.get(Conversation, conversation_id)
            return _summaries(session, [row])[0] if row else None

    def export(self, wanted: ConversationFilter, limit: int) -> Iterator[Sequence[Summary]]:
        """All of the list in batches, each read by itself so that writers never wait."""
        after, left = "", limit
        while left > 0:
            page = self.page(wanted, after, min(EXPORT_BATCH, left))
            if page.rows:
                yield page.rows
            after, left = page.next, left - len(page.rows)
            if not after:
                return

    def services(self) -> Sequence[str]:
        """Codes of the services that occur."""
        return self._occurring(Conversation.service)

    def outcomes(self) -> Sequence[str]:
        """All ways in which conversations ended."""
        return self._occurring(Conversation.outcome)

    def _occurring(self, value: Any) -> Sequence[str]:
        # Jumps along the index from one value to the next; DISTINCT would read all of it.
        found: list[str] = []
        with Session(self._engine) as session:
            while True:
                query = select(func.min(value)).where(value > (found[-1] if found else ""))
                following = session.scalar(query)
                if following is None:
                    return found
                found.append(following)

    def _count(self, wanted: ConversationFilter, conditions: list[ColumnElement[bool]]) -> int:
        found = search(wanted, self._engine.dialect)
        if found is None:
            return 0
        some = found.query.with_only_columns(Conversation.id).where(*conditions).limit(MAX_COUNTED)
        with Session(self._engine) as session:
            return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _part(found: Search, after: str) -> Select[Any]:
    order: Any = found.order
    query: Select[Any] = found.query.add_columns(order.label("place")).order_by(order.desc())
    if found.is_by_words:
        return query.where(order < int(after)) if after.isdecimal() else query
    query = query.order_by(Conversation.id.desc())
    at, _, last_id = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return query
    if moment.tzinfo is None:
        return query
    begins_after = or_(
        Conversation.started_at < moment,
        and_(Conversation.started_at == moment, Conversation.id < last_id),
    )
    return query.where(Conversation.started_at <= moment, begins_after)


def _place(found: Search, row: Row[Any]) -> str:
    return str(row.place) if found.is_by_words else f"{row.place.isoformat()}~{row[0].id}"


def _summaries(session: Session, rows: Sequence[Conversation]) -> list[Summary]:
    ids = [row.id for row in rows]
    counts = dict(
        session.execute(
            select(Turn.conversation_id, func.count())
            .where(Turn.conversation_id.in_(ids))
            .group_by(Turn.conversation_id)
        )
        .tuples()
        .all()
    )
    words = _first_words(session, ids)
    return [_summary(row, words.get(row.id, ""), counts.get(row.id, 0)) for row in rows]


def _first_words(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """What each caller said first that is longer than a greeting, else first."""
    said = (
        select(Turn.conversation_id, Turn.text)
        .where(Turn.conversation_id.in_(ids), Turn.speaker == "caller")
        .order_by(Turn.conversation_id, Turn.position)
    )
    first: dict[str, str] = {}
    for conversation_id, text in session.execute(said):
        known = first.get(conversation_id, "")
        if not known or (known.count(" ") < 2 and text.count(" ") >= 2):
            first[conversation_id] = text
    return first


def _summary(row: Conversation, words: str, n_turns: int) -> Summary:
    return Summary(
        id=row.id,
        channel=row.channel,
        caller=row.caller,
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        outcome=row.outcome,
        emergency=row.emergency,
        service=row.service,
        intent=row.intent,
        is_unsure=row.is_unsure,
        was_transferred=row.was_transferred,
        is_flagged=row.is_flagged,
        assignee=row.assignee,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        version=row.version,
        words=words,
        n_turns=n_turns,
    )
