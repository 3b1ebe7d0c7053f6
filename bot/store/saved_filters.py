"""Lists that somebody looks at often. Every method is one transaction and blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from bot.store.models_conversations import SavedFilterRow
from integrations.database import writing

MAX_SAVED = 30
MAX_NAME_CHARACTERS = 60
MAX_QUERY_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """query: as in the address of the page, without "?"."""

    id: int
    name: str
    query: str


class SavedFilters:
    """The saved filters of all accounts; nobody sees another's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, account_id: int) -> Sequence[SavedFilter]:
        """Somebody's, by name."""
        query = select(SavedFilterRow).where(SavedFilterRow.account_id == account_id)
        with Session(self._engine) as session:
            rows = session.scalars(query.order_by(SavedFilterRow.name))
            return [SavedFilter(row.id, row.name, row.query) for row in rows]

    def save(self, account_id: int, name: str, query: str) -> None:
        """Keep a filter; one of the same name is replaced. Raises ValueError when it cannot be kept."""
        name = " ".join(name.replace("\x00", "").split())[:MAX_NAME_CHARACTERS]
        if not name:
            raise ValueError("a saved filter needs a name")
        if len(query) > MAX_QUERY_CHARACTERS:
            raise ValueError("too long a filter")
        mine = SavedFilterRow.account_id == account_id
        with writing(self._engine) as session:
            row = session.scalar(select(SavedFilterRow).where(mine, SavedFilterRow.name == name))
            if row is None:
                if (session.scalar(select(func.count()).where(mine)) or 0) >= MAX_SAVED:
                    raise ValueError("too many saved filters")
                row = SavedFilterRow(account_id=account_id, name=name)
                session.add(row)
            row.query = query

    def remove(self, account_id: int, filter_id: int) -> None:
        with writing(self._engine) as session:
            session.execute(
                delete(SavedFilterRow).where(
                    SavedFilterRow.account_id == account_id, SavedFilterRow.id == filter_id
                )
            )
