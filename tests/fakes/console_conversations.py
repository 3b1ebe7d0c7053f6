"""Conversations for the console: a report by phone with recording and decisions, a chat, a hostile one."""

from __future__ import annotations

import asyncio
import json
import math
import struct
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from bot.call.journal import TurnRecord
from bot.store.conversations import ConversationStore
from bot.store.models import Conversation
from integrations.database import writing
from integrations.desk_callbacks import request_callback
from integrations.desk_reports import file_report
from integrations.desk_types import NewCallback, NewReport
from integrations.protocols import Place

STARTED = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CALLER = "+33612345678"
REPORT_ID = "call-report"
CHAT_ID = "chat-0123456789abcdef"
HOSTILE_ID = "call-hostile"
HOSTILE_TEXT = "<script>alert(1)</script> \u202eegnahc\u202c <b>gras</b> 😀 \u0000fin مرحبا"
DURATION_MS = 24_000

_REPORT = (
    TurnRecord("bot", "Bonjour, mairie de Nîmes. Comment puis-je vous aider ?", 400, 4000, synthesis_ms=12),
    TurnRecord(
        "caller",
        "il y a un nid-de-poule devant chez moi",
        5000,
        7400,
        confidence=0.82,
        recognition_ms=640,
        dialogue_ms=118,
        understood={
            "intent": {"name": "report_problem", "confidence": 0.97},
            "entities": [
                {
                    "entity": "problem_type",
                    "value": "nid-de-poule",
                    "start": 10,
                    "end": 22,
                    "confidence_entity": 0.93,
                }
            ],
        },
    ),
    TurnRecord("bot", "D'accord. À quelle adresse ?", 8300, 10_000, synthesis_ms=90, silence_ms=900),
    TurnRecord(
        "caller",
        "au douze euh rue de la république",
        10_800,
        13_200,
        confidence=0.44,
        recognition_ms=980,
        dialogue_ms=140,
        understood={"intent": {"name": "inform", "confidence": 0.71}, "entities": []},
    ),
    TurnRecord(
        "bot",
        "Votre signalement est enregistré. Je vous souhaite …",
        15_000,
        19_000,
        was_cut_off=True,
        synthesis_ms=310,
        silence_ms=1800,
    ),
    TurnRecord(
        "caller",
        "merci au revoir",
        19_200,
        20_500,
        confidence=0.95,
        recognition_ms=500,
        dialogue_ms=60,
        understood={"intent": {"name": "goodbye", "confidence": 0.99}, "entities": []},
    ),
)


def fill_conversations(engine: Engine) -> None:
    """Write them as the bot writes its record."""
    store = ConversationStore(engine)
    store.open(
        Conversation(
            id=REPORT_ID,
            channel="phone",
            caller=CALLER,
            callee="0466767001",
            started_at=STARTED,
            recognizer="whisper base",
            synthesizer="kokoro",
        )
    )
    for turn in _REPORT:
        store.add_turn(REPORT_ID, turn)
    store.note_service(REPORT_ID, "voirie")
    store.close(REPORT_ID, "goodbye", DURATION_MS)
    store.open(Conversation(id=CHAT_ID, channel="chat", started_at=STARTED + timedelta(hours=1)))
    store.add_turn(CHAT_ID, TurnRecord("bot", "Bonjour !", 0))
    asked = {"intent": {"name": "ask_procedure", "confidence": 0.98}}
    store.add_turn(
        CHAT_ID,
        TurnRecord(
            "caller", "Comment renouveler ma carte d'identité ?", 9000, understood=asked, dialogue_ms=80
        ),
    )
    store.add_turn(CHAT_ID, TurnRecord("agent", "Bonjour, Nadia à l'état civil.", 60_000))
    store.note_transfer(CHAT_ID)
    store.open(
        Conversation(
            id=HOSTILE_ID, channel="phone", caller="anonymous", started_at=STARTED + timedelta(hours=2)
        )
    )
    clean = HOSTILE_TEXT.replace("\u0000", "")
    store.add_turn(HOSTILE_ID, TurnRecord("caller", clean, 100, 900, confidence=0.3))
    store.flag_emergency(HOSTILE_ID, "fire")
    store.close(HOSTILE_ID, "caller_hung_up", 2000)
    asyncio.run(_write(store))


async def _write(store: ConversationStore) -> None:
    task = asyncio.create_task(store.run())
    await store.drain()
    task.cancel()


def fill_desk(engine: Engine) -> None:
    """A report and a call-back of the call."""
    place = Place("au douze rue de la république", street="Rue de la République", house_number="12")
    with writing(engine) as session:
        _report(session, place)
        request_callback(
            session,
            NewCallback(REPORT_ID, CALLER, "voirie", "quand ce sera réparé", STARTED + timedelta(days=1)),
            "NIM",
            STARTED,
        )


def _report(session: Session, place: Place) -> None:
    told = NewReport(REPORT_ID, "trou_chaussee", "un nid-de-poule devant chez moi", place, "phone")
    file_report(session, told, "NIM", STARTED)


def fill_trackers(path: Path) -> None:
    """Rasa's own table, with the events of one turn of the call."""
    path.parent.mkdir(parents=True, exist_ok=True)
    at = STARTED.timestamp() + 8.1
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, type_name"
                " VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255),"
                " data TEXT)"
            )
        )
        for event in tracked_events():
            connection.execute(
                text(
                    "INSERT INTO events(sender_id, type_name, timestamp, data)"
                    " VALUES (:sender, :type, :at, :data)"
                ),
                {"sender": REPORT_ID, "type": event["event"], "at": at, "data": json.dumps(event)},
            )
    engine.dispose()


def tracked_events() -> list[dict[str, Any]]:
    """One turn as Rasa 3.6 writes it."""
    ranking = [
        {"name": "report_problem", "confidence": 0.97},
        {"name": "report_status", "confidence": 0.02},
    ]
    entity = {"entity": "problem_type", "value": "nid-de-poule", "confidence_entity": 0.93}
    parsed = {"intent": ranking[0], "entities": [entity], "intent_ranking": ranking}
    return [
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "il y a un nid-de-poule devant chez moi", "parse_data": parsed},
        {"event": "user_featurization", "use_text_for_featurization": False},
        {"event": "action", "name": "report_form", "policy": "RulePolicy", "confidence": 1.0},
        {"event": "active_loop", "name": "report_form"},
        {"event": "slot", "name": "report_draft", "value": {"phone": "0612345678"}},
        {"event": "slot", "name": "requested_slot", "value": "report_place"},
        {
            "event": "bot",
            "text": "D'accord. À quelle adresse ?",
            "metadata": {"utter_action": "utter_report_ask_place"},
        },
        {"event": "action", "name": "action_listen", "policy": "RulePolicy", "confidence": 1.0},
    ]


def write_recording(path: Path, duration_ms: int = DURATION_MS) -> None:
    """A stereo recording: a low tone where the caller speaks (left), a high one where the bot does."""
    rate_hz = 16_000
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = bytearray()
    spoken = [(turn.speaker, turn.start_ms, turn.end_ms) for turn in _REPORT]
    for sample in range(duration_ms * rate_hz // 1000):
        at_ms = sample * 1000 // rate_hz
        now = {speaker for speaker, start_ms, end_ms in spoken if start_ms <= at_ms < end_ms}
        left = 9000 * math.sin(sample * 0.08) if "caller" in now else 0.0
        right = 9000 * math.sin(sample * 0.15) if "bot" in now else 0.0
        frames += struct.pack("<hh", int(left), int(right))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(bytes(frames))
