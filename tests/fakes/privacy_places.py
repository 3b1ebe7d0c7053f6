"""All the places where data about callers lies, of a fresh installation, and callers to fill them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bot.chat.photos import PhotoFolder
from bot.learn.folder import LearnedFolder
from bot.privacy.ledger import ErasureLedger
from bot.privacy.places import Places
from bot.store.conversations import MIGRATIONS
from bot.store.daily_counts import DailyCounts
from bot.store.learnings import LearnedItem, LearningStore
from bot.store.models import ChatEntry, ChatPhoto, ChatSession, Conversation, Turn
from bot.store.models_review import ReviewRow
from bot.store.privacy_runs import PrivacyRuns
from bot.store.recordings import Recordings
from integrations.backend.__main__ import MIGRATIONS as BACKEND_MIGRATIONS
from integrations.backend.models import ServiceRequest
from integrations.database import migrate, open_database, writing
from integrations.desk_models import CallbackEventRow, CallbackRow, OutboxRow, ReportPersonRow, ReportRow
from integrations.notifications_models import NotificationRow
from integrations.personal_data import Kind, mask
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import fresh_database

# Names are masked too in earnest; loading what finds them takes seconds.
NUMBERS = frozenset({Kind.PHONE, Kind.EMAIL})


@contextmanager
def fresh_places(kind: str, folder: Path) -> Iterator[Places]:
    """Places whose databases are of one kind; Rasa's tracker store is made as Rasa makes it."""
    with (
        fresh_database(kind, _made(folder / "conversations")) as conversations_url,
        fresh_database(kind, _made(folder / "desk")) as desk_url,
        fresh_database(kind, _made(folder / "trackers")) as trackers_url,
        fresh_database(kind, _made(folder / "backend")) as backend_url,
    ):
        conversations, desk = open_database(conversations_url), open_database(desk_url)
        trackers, backend = open_database(trackers_url), open_database(backend_url)
        migrate(conversations, MIGRATIONS)
        migrate(desk, DESK_MIGRATIONS)
        migrate(backend, BACKEND_MIGRATIONS)
        _make_events(trackers)
        yield Places(
            conversations=conversations,
            desk=desk,
            trackers=trackers,
            backend=backend,
            recordings=Recordings(folder / "recordings"),
            photos=PhotoFolder(folder / "photos"),
            learned=LearnedFolder(folder / "learned"),
            learnings=LearningStore(conversations),
            ledger=ErasureLedger(folder / "privacy"),
            runs=PrivacyRuns(conversations),
            counts=DailyCounts(conversations),
            spool=folder / "callbacks.jsonl",
            mask=lambda words: mask(words, NUMBERS),
        )
        for engine in (conversations, desk, trackers, backend):
            engine.dispose()


def add_caller(places: Places, id_: str, number: str, at: datetime) -> None:
    """One call and all that may come of it."""
    with writing(places.conversations) as session:
        turn = Turn(
            position=0,
            speaker="caller",
            text=f"rappelez-moi au {number}",
            start_ms=0,
            end_ms=9,
            entities=[{}],
        )
        session.add(Conversation(id=id_, channel="phone", caller=number, started_at=at, turns=[turn]))
        session.flush()
        session.add(
            ChatSession(
                id=id_,
                key_hash=f"key of {id_}",
                sender=id_,
                mode="bot",
                created_at=at,
                seen_at=at,
                last_seq=1,
            )
        )
        session.flush()
        session.add(ChatEntry(session_id=id_, seq=1, author="visitor", content={"text": number}, at=at))
        photo = places.photos.keep(b"a photo")
        session.add(ChatPhoto(name=photo, session_id=id_, at=at, is_filed=False))
        session.add(
            ReviewRow(
                conversation_id=id_,
                turn_id=turn.id,
                text=number,
                intent="inform",
                marks=[],
                as_example=True,
                as_recognition=False,
                as_conversation=False,
                version=1,
                saved_by="agent",
                saved_at=at,
                state="proposed",
            )
        )
    run = places.learnings.begin("agent", 1, at)
    paths = places.learned.write_recognition(run, 1, b"sound", "words")
    places.learnings.add_items(run, [LearnedItem(path, "recognition", id_, at) for path in paths])
    places.recordings.create(id_).write_bytes(b"sound")
    with places.trackers.begin() as connection:
        for sender in (id_, f"{id_}.2"):
            connection.execute(
                text("insert into events (sender_id, timestamp, data) values (:sender, :at, :data)"),
                {"sender": sender, "at": at.timestamp(), "data": number},
            )
    _add_to_desk(places, id_, number, at)


def _add_to_desk(places: Places, id_: str, number: str, at: datetime) -> None:
    reference = f"NIM-{id_}"
    with writing(places.desk) as session:
        session.add(
            ReportRow(
                reference=reference,
                conversation_id=id_,
                problem_code="pothole",
                description=f"un trou, appelez le {number}",
                place_spoken="rue Hoche",
                street="Rue Hoche",
                house_number="12",
                landmark="",
                district="",
                source="phone",
                priority=3,
                complete=True,
                caller_name="Roux",
                caller_phone=number,
                answers={"detail": f"au {number}"},
                requested_at=at,
                updated_at=at,
                closed_at=at,
            )
        )
        session.flush()
        payload = {
            "caller_phone": number,
            "caller_name": "Roux",
            "description": number,
            "conversation_id": id_,
        }
        for state in ("pending", "dead"):
            session.add(
                OutboxRow(
                    kind="report",
                    reference=reference,
                    payload=payload,
                    state=state,
                    next_attempt_at=at,
                    last_error=f"refused {number}",
                    created_at=at,
                    updated_at=at,
                )
            )
        session.add(ReportPersonRow(reference=reference, conversation_id=id_, phone=number, joined_at=at))
        session.add(
            CallbackRow(
                reference=f"R-{id_}",
                conversation_id=id_,
                caller_name="Roux",
                phone=number,
                service="voirie",
                reason="un trou",
                requested_at=at,
                due_at=at,
                state="done",
                closed_at=at,
            )
        )
        session.flush()
        session.add(
            CallbackEventRow(reference=f"R-{id_}", at=at, author="agent", kind="done", note="rappelé")
        )
        session.add(
            NotificationRow(
                conversation_id=id_,
                kind="reference",
                medium="sms",
                recipient=number,
                text=reference,
                outcome="sent",
                reason="",
                created_at=at,
                updated_at=at,
            )
        )
    with writing(places.backend) as session:
        nothing = dict.fromkeys(
            ("address_id", "first_name", "email", "device_id", "account_id", "media_url"), ""
        )
        session.add(
            ServiceRequest(
                **nothing,
                reference=reference,
                service_code="pothole",
                description=f"au {number}",
                address="12 rue Hoche",
                last_name="Roux",
                phone=number,
                answers={"detail": [number]},
                priority=3,
                source="phone",
                complete=True,
                requested_at=at,
                updated_at=at,
                expected_at=at,
            )
        )


def all_that_is_stored(places: Places) -> str:
    """Every value of every table and the names of all files, to look for somebody in."""
    found: list[str] = []
    for engine in (places.conversations, places.desk, places.trackers, places.backend):
        found += _rows(engine)
    files = (places.spool.parent).rglob("*")
    return "\n".join([*found, *(path.name for path in files if path.suffix in {".wav", ".jpg", ".txt"})])


def _rows(engine: Engine) -> Iterator[str]:
    from sqlalchemy import MetaData

    tables = MetaData()
    tables.reflect(engine)
    with Session(engine) as session:
        for name, table in tables.tables.items():
            if not name.startswith("alembic"):
                yield from (f"{name}: {tuple(row)}" for row in session.execute(table.select()))


def _make_events(engine: Engine) -> None:
    number = "integer primary key" if engine.dialect.name == "sqlite" else "serial primary key"
    with engine.begin() as connection:
        connection.execute(
            text(
                f"create table events (id {number}, sender_id varchar(255), type_name varchar(255),"
                " timestamp double precision, intent_name varchar(255), action_name varchar(255), data text)"
            )
        )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
