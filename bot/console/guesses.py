"""What the model took a turn for, best first: what the form of a correction proposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.console.conversation_view import turn_views
from bot.store.conversation_detail import Detail
from bot.store.models import Turn
from bot.store.trackers import TrackedTurn

log = structlog.get_logger()


class Guesses:
    """detail, tracker: a conversation as SQL and as the dialogue engine remember it; both block."""

    def __init__(
        self, detail: Callable[[str], Detail | None], tracker: Callable[[str], Sequence[TrackedTurn]]
    ) -> None:
        self._detail = detail
        self._tracker = tracker

    def of(self, turn: Turn) -> list[str]:
        """The turn's own intent only where the engine's memory cannot be read."""
        try:
            detail = self._detail(turn.conversation_id)
            tracked = self._tracker(turn.conversation_id) if detail else ()
        except SQLAlchemyError as error:
            log.warning("guesses_not_read", error=type(error).__name__)
            return [turn.intent]
        views = turn_views(detail.conversation, detail.turns, tracked) if detail else []
        decisions = [decision for view in views if view.id == turn.id for decision in view.decisions]
        ranked = [intent.name for decision in decisions for intent in decision.intents]
        return list(dict.fromkeys([turn.intent, *ranked]))
