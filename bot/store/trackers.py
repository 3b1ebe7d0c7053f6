"""The dialogue engine's memory of a conversation, in its SQL tracker store: read, and erased on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, column, create_engine, delete, func, inspect, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from integrations.database import open_database, writing

MAX_EVENTS = 5000
_BATCH = 200
_EVENTS = table(
    "events", column("id"), column("sender_id"), column("type_name"), column("timestamp"), column("data")
)
# What Rasa does at each turn by itself, and what it says of its own bookkeeping.
_ALWAYS = frozenset({"action_listen", "action_session_start"})
_OWN_SLOTS = frozenset({"session_started_metadata", "requested_slot"})


@dataclass(frozen=True, slots=True)
class Scored:
    """A name with how sure the engine was of it. value: of an entity, "" for intents."""

    name: str
    score: float | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that followed from a turn.

    kind: "action", "refused" (the action could not go on), "form", "slot" or "says". name: Rasa's. detail:
    of an action its policy, of a slot its value, of a form nothing. score: the policy's confidence.
    """

    kind: str
    name: str
    detail: str = ""
    score: float | None = None


@dataclass(slots=True)
class TrackedTurn:
    """What the engine was given, how it understood that, and what it did. text: as it was given."""

    at: datetime
    text: str
    intents: Sequence[Scored]
    entities: Sequence[Scored]
    steps: list[Step] = field(default_factory=list)


def open_trackers(url: str) -> Engine:
    """Open the tracker store for reading only; a SQLite file that is not there is not made."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return open_database(url)
    return create_engine(f"sqlite:///file:{parsed.database}?mode=ro&uri=true")


def read_tracker(engine: Engine, conversation_id: str) -> Sequence[TrackedTurn]:
    """What Rasa remembers of a conversation and of its hand-overs, in order. Raises SQLAlchemyError."""
    query = select(_EVENTS.c.timestamp, _EVENTS.c.data).where(_is_of(conversation_id))
    with Session(engine) as session:
        rows = session.execute(query.order_by(_EVENTS.c.id).limit(MAX_EVENTS)).all()
    turns: list[TrackedTurn] = []
    for timestamp, data in rows:
        event = _loaded(data)
        if event.get("event") == "user":
            turns.append(_turn(float(timestamp or 0.0), event))
        elif turns and (step := _step(event)) is not None:
            turns[-1].steps.append(step)
    return turns


def erase_tracker(engine: Engine, session_id: str) -> None:
    """Delete what Rasa remembers of a chat and of its hand-overs ("id", "id.2"…). Raises SQLAlchemyError.

    Rasa 3.6 reads trackers from the database at each turn, so nothing of them stays in its memory.
    """
    if not inspect(engine).has_table("events"):
        return
    with writing(engine) as session:
        session.execute(delete(_EVENTS).where(_is_of(session_id)))


def _is_of(conversation_id: str) -> ColumnElement[bool]:
    sender = _EVENTS.c.sender_id
    return (sender == conversation_id) | sender.startswith(f"{conversation_id}.", autoescape=True)


def _loaded(data: str) -> Mapping[str, Any]:
    """An event of an unknown shape is left out."""
    try:
        event = json.loads(data)
    except (TypeError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _turn(timestamp: float, event: Mapping[str, Any]) -> TrackedTurn:
    parsed = event.get("parse_data") or {}
    ranking = parsed.get("intent_ranking") or [parsed.get("intent") or {}]
    return TrackedTurn(
        at=datetime.fromtimestamp(timestamp, UTC),
        text=str(event.get("text") or ""),
        intents=[Scored(str(each.get("name") or ""), each.get("confidence")) for each in ranking[:3]],
        entities=[
            Scored(str(each.get("entity") or ""), each.get("confidence_entity"), str(each.get("value") or ""))
            for each in parsed.get("entities") or ()
        ],
    )


def _step(event: Mapping[str, Any]) -> Step | None:
    name = str(event.get("name") or "")
    match event.get("event"):
        case "action" if name not in _ALWAYS:
            return Step("action", name, str(event.get("policy") or ""), event.get("confidence"))
        case "action_execution_rejected":
            return Step("refused", name)
        case "active_loop":
            return Step("form", name)
        case "slot" if name not in _OWN_SLOTS:
            return Step("slot", name, json.dumps(event.get("value"), ensure_ascii=False))
        case "bot":
            said = (event.get("metadata") or {}).get("utter_action") or ""
            return Step("says", str(said), str(event.get("text") or ""))
    return None


def forget_trackers(engine: Engine, before: datetime) -> int:
    """Delete trackers in which nothing happened since a moment; return how many. Raises SQLAlchemyError."""
    if not inspect(engine).has_table("events"):
        return 0
    last = func.max(_EVENTS.c.timestamp)
    old = select(_EVENTS.c.sender_id).group_by(_EVENTS.c.sender_id).having(last < before.timestamp())
    n_forgotten = 0
    while True:
        with writing(engine) as session:
            senders = list(session.scalars(old.limit(_BATCH)))
            session.execute(delete(_EVENTS).where(_EVENTS.c.sender_id.in_(senders)))
        n_forgotten += len(senders)
        if len(senders) < _BATCH:
            return n_forgotten
