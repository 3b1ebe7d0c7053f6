"""Which conversations are meant: filters and words, as SQL for both kinds of database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Dialect, Select, case, column, func, literal_column, select, table
from sqlalchemy.orm import InstrumentedAttribute

from bot.store.models import Conversation
from bot.store.models_conversations import ConversationTextRow

MAX_TERMS = 12
MAX_CHARACTERS = 200
_WORDS = table("conversation_words", column("rowid"))


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """What is looked for; "", False and None filter nothing.

    words: all of them were said, in any turn; accents, case and plurals do not matter.
    since: included; until: not included; both with time zone. assignee: a login.
    """

    words: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    outcome: str = ""
    intent: str = ""
    service: str = ""
    is_unsure: bool = False
    was_transferred: bool = False
    is_emergency: bool = False
    is_flagged: bool = False
    is_unreviewed: bool = False
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Conversations that a filter lets through, newest first.

    query: without order and limit. order: of the newest first; falls with time.
    """

    query: Select[tuple[Conversation]]
    order: ColumnElement[object] | InstrumentedAttribute[int] | InstrumentedAttribute[datetime]
    is_by_words: bool


def search(wanted: ConversationFilter, dialect: Dialect) -> Search | None:
    """Return what finds these conversations; None when there can be none, whatever the database holds."""
    query = select(Conversation).where(*_conditions(wanted))
    if not wanted.words.strip():
        return Search(query, Conversation.started_at, is_by_words=False)
    terms = search_terms(wanted.words)
    if not terms:
        return None
    text = ConversationTextRow
    query = query.join(text, text.conversation_id == Conversation.id)
    if dialect.name != "sqlite":
        vector: ColumnElement[object] = literal_column("conversation_texts.words")
        return Search(query.where(vector.bool_op("@@")(_tsquery(terms))), text.number, is_by_words=True)
    matches = literal_column("conversation_words").bool_op("MATCH")(" ".join(map(_quoted, terms)))
    query = query.join(_WORDS, _WORDS.c.rowid == text.number).where(matches)
    return Search(query, _WORDS.c.rowid, is_by_words=True)


def search_terms(words: str) -> tuple[str, ...]:
    """The words to look for, folded; letters and figures only, so that nothing in them is an operator."""
    folded = unicodedata.normalize("NFKD", words[:MAX_CHARACTERS].casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    plain = plain.replace("œ", "oe").replace("æ", "ae")
    terms = re.findall(r"[^\W_]+", plain)
    # Articles that an apostrophe left over ("l'eau") are in every conversation.
    return tuple(dict.fromkeys(term for term in terms if len(term) > 1 or term.isdigit()))[:MAX_TERMS]


def _quoted(term: str) -> str:
    """A term of SQLite, which does not know French: a word's beginning stands for its forms."""
    return f'"{_beginning(term)}"*' if _has_forms(term) else f'"{term}"'


def _tsquery(terms: tuple[str, ...]) -> ColumnElement[object]:
    """All terms for PostgreSQL: by French stems, or by their beginning where stems differ ("trou", "trous").

    Words such as "les" are not kept in the index and ask for nothing.
    """
    french: ColumnElement[object] = literal_column("'french'")
    simple: ColumnElement[object] = literal_column("'simple'")
    nothing: ColumnElement[object] = literal_column("''::tsquery")
    meant: ColumnElement[object] = nothing
    for term in terms:
        stem = func.plainto_tsquery(french, term)
        wide = stem.op("||")(func.to_tsquery(simple, f"'{_beginning(term)}':*")) if _has_forms(term) else stem
        meant = meant.op("&&")(case((func.numnode(stem) == 0, nothing), else_=wide))
    return meant


def _has_forms(term: str) -> bool:
    return len(term) > 2 and not term.isdigit()


def _beginning(term: str) -> str:
    """Without the s or x of plurals."""
    return term[:-1] if len(term) > 3 and term[-1] in "sx" else term


def _conditions(wanted: ConversationFilter) -> list[ColumnElement[bool]]:
    row = Conversation
    found: list[ColumnElement[bool]] = []
    equal = (
        (row.channel, wanted.channel),
        (row.outcome, wanted.outcome),
        (row.intent, wanted.intent),
        (row.service, wanted.service),
        (row.assignee, wanted.assignee),
    )
    found += [column == value for column, value in equal if value]
    if wanted.since is not None:
        found.append(row.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(row.started_at < wanted.until)
    flags = (
        (row.is_unsure, wanted.is_unsure),
        (row.was_transferred, wanted.was_transferred),
        (row.is_flagged, wanted.is_flagged),
    )
    # As the partial indexes say it, so that SQLite sees that they are meant.
    found += [literal_column(f"conversations.{flag.key}") for flag, value in flags if value]
    if wanted.is_emergency:
        found.append(row.emergency != literal_column("''"))
    if wanted.is_unreviewed:
        found.append(row.reviewed_at.is_(None))
    return found
