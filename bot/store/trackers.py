"""The dialogue engine's own memory of a conversation, in its SQL tracker store: erased on demand."""

from __future__ import annotations

from sqlalchemy import Engine, column, delete, inspect, table

from integrations.database import writing

_EVENTS = table("events", column("sender_id"))


def erase_tracker(engine: Engine, session_id: str) -> None:
    """Delete what Rasa remembers of a chat and of its hand-overs ("id", "id.2"…). Raises SQLAlchemyError.

    Rasa 3.6 reads trackers from the database at each turn, so nothing of them stays in its memory.
    """
    if not inspect(engine).has_table("events"):
        return
    sender = _EVENTS.c.sender_id
    with writing(engine) as session:
        later = sender.startswith(f"{session_id}.", autoescape=True)
        session.execute(delete(_EVENTS).where((sender == session_id) | later))
