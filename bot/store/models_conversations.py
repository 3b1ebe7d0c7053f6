"""What the console keeps beside conversations, as it stands in SQL."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import Base


class ConversationTextRow(Base):
    """A conversation's words, to be searched; triggers of the database alone write here.

    number: counts conversations in the order in which they began. text: folded, never shown.
    """

    __tablename__ = "conversation_texts"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), unique=True
    )
    text: Mapped[str] = mapped_column(Text)


class SavedFilterRow(Base):
    """A list that somebody looks at often. query: as in the address of the page, without "?"."""

    __tablename__ = "conversation_filters"
    __table_args__ = (UniqueConstraint("account_id", "name", name="uq_conversation_filters_name"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(1000))
