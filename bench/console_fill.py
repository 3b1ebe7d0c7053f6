"""Fills a conversations' database with conversations of the last year, such as a city has them.

python -m bench.console_fill DATABASE_URL [--count 100000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine, insert, text

from bot.store.conversation_facts import intent_after, is_unsure
from bot.store.conversations import MIGRATIONS
from bot.store.models import Conversation, Turn
from integrations.database import migrate, open_database

NLU = Path("nlu_data/nlu")
DAYS = 365
BATCH = 2000
_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
# Of 24 hours: how often people call.
_HOURS = (1, 1, 1, 1, 1, 2, 4, 10, 40, 60, 62, 50, 24, 34, 55, 58, 52, 38, 20, 12, 8, 6, 4, 2)
_WISHES = {
    "report_problem": 34,
    "ask_procedure": 22,
    "ask_opening_hours": 12,
    "ask_contact": 8,
    "report_status": 7,
    "talk_to_agent": 6,
    "request_callback": 5,
    "other_authority": 3,
    "out_of_scope": 3,
}
_SERVICES = ("accueil", "voirie", "proprete", "etat_civil", "formalites", "education", "eclairage_public")
_DANGERS = ("fire", "accident", "violence", "illness")
_REPLIES: Mapping[str, Sequence[str]] = {
    "report_problem": ("D'accord, je note un problème dans la rue. À quelle adresse est-ce ?",),
    "ask_procedure": ("Il vous faut une pièce d'identité et un justificatif de domicile de moins d'un an.",),
    "ask_opening_hours": ("C'est ouvert du lundi au vendredi, de huit heures à dix-sept heures.",),
    "ask_contact": ("Le numéro est le zéro quatre, soixante-six, soixante-seize, soixante-dix, zéro un.",),
    "report_status": ("Votre signalement est en cours de traitement par le service de la voirie.",),
    "talk_to_agent": ("Je vous passe le service. Ne quittez pas.",),
    "request_callback": ("Le service vous rappellera demain avant midi.",),
    "other_authority": ("Cela relève de la métropole. Je vous donne son numéro.",),
    "out_of_scope": ("Je ne peux pas vous renseigner là-dessus.",),
    "inform": ("C'est bien noté. Est-ce que je confirme le signalement ?", "D'accord. Et le numéro ?"),
    "affirm": ("Votre signalement est enregistré. Il sera traité sous quarante-huit heures.",),
    "deny": ("D'accord, je corrige. Que dois-je changer ?",),
    "thank": ("Je vous en prie. Bonne journée !",),
    "nlu_fallback": ("Pardon, je n'ai pas bien compris. Pouvez-vous répéter ?",),
}
# Procedures that are asked for, the likeliest first.
_PROCEDURES = {
    "passeport_majeur": 12,
    "cni_renouvellement": 11,
    "acte_naissance": 9,
    "inscription_ecole": 7,
    "cantine_inscription": 6,
    "inscription_listes": 5,
    "acte_deces": 4,
    "place_marche": 3,
    "declaration_deces": 3,
    "attestation_accueil": 2,
    "vide_grenier": 2,
    "animal_perdu": 2,
    "conservatoire": 1,
    "terrasse": 1,
    "feria": 1,
    "manifestation": 1,
}
_OPENING = "Bonjour, mairie de Nîmes. Je suis un assistant automatique. Comment puis-je vous aider ?"


@dataclass(slots=True)
class Made:
    """One conversation as rows."""

    conversation: dict[str, Any]
    turns: list[dict[str, Any]]


def fill(engine: Engine, count: int, now: datetime, seed: int = 1) -> None:
    """Write conversations of the year before `now`; the database is migrated first."""
    migrate(engine, MIGRATIONS)
    sentences = read_sentences()
    chance = random.Random(seed)
    moments = sorted(_moment(chance, now) for _ in range(count))
    made = (make(chance, number, at, sentences) for number, at in enumerate(moments))
    with engine.execution_options(callbot_writes=True).begin() as connection, _indexed_at_once(connection):
        while batch := list(islice(made, BATCH)):
            connection.execute(insert(Conversation), [each.conversation for each in batch])
            connection.execute(insert(Turn), [turn for each in batch for turn in each.turns])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def read_sentences() -> dict[str, list[str]]:
    """The training sentences by intent, without their marks: words as people say them."""
    found: dict[str, list[str]] = {}
    for path in sorted(NLU.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in entry:
                lines = (line.removeprefix("- ").strip() for line in entry["examples"].splitlines())
                found.setdefault(entry["intent"], []).extend(_MARK.sub(r"\1", line) for line in lines if line)
    return found


def make(chance: random.Random, number: int, at: datetime, sentences: Mapping[str, Sequence[str]]) -> Made:
    """Make up one conversation."""
    wish = chance.choices(list(_WISHES), list(_WISHES.values()))[0]
    said = [wish, *(("inform", "inform", "affirm") if wish == "report_problem" else ()), "thank"]
    if chance.random() < 0.15:
        said.insert(1, "nlu_fallback")
    if chance.random() < 0.1:
        said = said[: chance.randint(0, 1)]
    conversation_id = f"made-{number:06d}-{chance.randrange(16**8):08x}"
    is_chat = chance.random() < 0.25
    turns = list(_turns(chance, conversation_id, said, sentences, is_chat))
    conversation = _conversation(chance, conversation_id, at, is_chat, said, turns)
    return Made(conversation, turns)


def _turns(
    chance: random.Random,
    conversation_id: str,
    said: Sequence[str],
    sentences: Mapping[str, Sequence[str]],
    is_chat: bool,
) -> Iterator[dict[str, Any]]:
    at_ms = 300
    common = {"conversation_id": conversation_id, "was_cut_off": False, "entities": [], "procedure": ""}
    unknown = dict.fromkeys(
        ("confidence", "intent_confidence", "recognition_ms", "dialogue_ms", "synthesis_ms", "silence_ms")
    )
    position = 0
    for intent in ("", *said):
        if intent:
            words = chance.choice(sentences.get(intent) or sentences["out_of_scope"])
            sure = chance.uniform(0.3, 0.6) if intent == "nlu_fallback" else chance.uniform(0.7, 1.0)
            took_ms = 400 + 60 * len(words)
            yield (
                common
                | unknown
                | {
                    "position": position,
                    "speaker": "caller",
                    "text": words,
                    "start_ms": at_ms,
                    "end_ms": at_ms if is_chat else at_ms + took_ms,
                    "confidence": None if is_chat else min(1.0, sure + chance.uniform(-0.1, 0.1)),
                    "intent": intent,
                    "intent_confidence": sure,
                    "recognition_ms": None if is_chat else round(chance.lognormvariate(6.5, 0.3)),
                    "dialogue_ms": round(chance.lognormvariate(4.6, 0.5)),
                    "procedure": _procedure(chance) if intent == "ask_procedure" else "",
                }
            )
            position, at_ms = position + 1, at_ms + took_ms + 1200
        reply = chance.choice(_REPLIES[intent]) if intent else _OPENING
        took_ms = 60 * len(reply)
        yield (
            common
            | unknown
            | {
                "position": position,
                "speaker": "bot",
                "text": reply,
                "start_ms": at_ms,
                "end_ms": at_ms if is_chat else at_ms + took_ms,
                "intent": "",
                "synthesis_ms": None if is_chat else chance.randint(20, 400),
                "silence_ms": None if is_chat or not intent else round(chance.lognormvariate(6.9, 0.3)),
            }
        )
        position, at_ms = position + 1, at_ms + took_ms + 500


def _procedure(chance: random.Random) -> str:
    return chance.choices(list(_PROCEDURES), list(_PROCEDURES.values()))[0]


def _conversation(
    chance: random.Random,
    conversation_id: str,
    at: datetime,
    is_chat: bool,
    said: Sequence[str],
    turns: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    intent = ""
    for each in said:
        intent = intent_after(intent, each)
    is_transferred = "talk_to_agent" in said and chance.random() < 0.6
    outcome = "goodbye" if said and said[-1] == "thank" else "left" if is_chat else "caller_hung_up"
    if is_transferred:
        outcome = "transferred"
    elif "request_callback" in said and not is_chat:
        outcome = "callback_requested"
    elif not is_chat and chance.random() < 0.02:
        outcome = "passed_on"
    is_rated = outcome == "goodbye" and not is_chat and chance.random() < 0.3
    wants_service = is_transferred or chance.random() < 0.3
    is_reviewed = chance.random() < 0.4
    return {
        "id": conversation_id,
        "channel": "chat" if is_chat else "phone",
        "caller": "" if is_chat or chance.random() < 0.1 else f"06{chance.randrange(10**8):08d}",
        "callee": "" if is_chat else "0466767001",
        "started_at": at,
        "duration_ms": turns[-1]["end_ms"] + 800,
        "outcome": outcome,
        "emergency": chance.choice(_DANGERS) if chance.random() < 0.004 else "",
        "recognizer": "" if is_chat else "whisper base",
        "synthesizer": "" if is_chat else "kokoro",
        "is_satisfied": chance.random() < 0.82 if is_rated else None,
        "service": chance.choice(_SERVICES) if wants_service else "",
        "intent": intent,
        "is_unsure": any(
            is_unsure(turn["intent"], turn["intent_confidence"], turn["confidence"])
            for turn in turns
            if turn["speaker"] == "caller"
        ),
        "was_transferred": is_transferred,
        "is_flagged": chance.random() < 0.01,
        "assignee": "agent" if chance.random() < 0.02 else "",
        "reviewed_at": at + timedelta(days=1) if is_reviewed else None,
        "reviewed_by": "agent" if is_reviewed else "",
        "note": "",
        "version": 1 if is_reviewed else 0,
    }


def _moment(chance: random.Random, now: datetime) -> datetime:
    while True:
        day = now - timedelta(days=chance.random() * DAYS)
        if day.weekday() < 5 or chance.random() < 0.2:
            break
    hour = chance.choices(range(24), _HOURS)[0]
    at = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
    return min(at, now - timedelta(minutes=1))


@contextmanager
def _indexed_at_once(connection: Connection) -> Iterator[None]:
    """Index the words at the end instead of turn by turn."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        named = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'turns_text_%'"
        triggers = connection.execute(text(named)).tuples().all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("ALTER TABLE turns DISABLE TRIGGER USER")
    yield
    joined = "group_concat" if is_sqlite else "string_agg"
    folded = "t.text" if is_sqlite else "callbot_folded(t.text)"
    newline = "char(10)" if is_sqlite else "chr(10)"
    connection.exec_driver_sql(
        f"""INSERT INTO conversation_texts(conversation_id, text)
        SELECT c.id, {joined}({folded}, {newline})
        FROM conversations AS c JOIN turns AS t ON t.conversation_id = c.id
        WHERE c.id NOT IN (SELECT conversation_id FROM conversation_texts)
        GROUP BY c.id, c.started_at ORDER BY c.started_at"""
    )
    if is_sqlite:
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
    else:
        connection.exec_driver_sql("ALTER TABLE turns ENABLE TRIGGER USER")


def main() -> None:
    """Fill the database that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    fill(open_database(options.database), options.count, datetime.now(UTC), options.seed)


if __name__ == "__main__":
    main()
