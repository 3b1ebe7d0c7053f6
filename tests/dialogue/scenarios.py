"""Plays the conversations of tests/data/nlu_conversations.yml; tells what was wanted and did not happen."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.emergency import EmergencyDetector
from integrations.city import City
from integrations.desk_types import NewReport
from integrations.protocols import Place
from integrations.settings import Settings
from integrations.spoken_french import normalise
from integrations.wiring import open_desk
from tests.dialogue.engine import Engine, Talk

SCENARIOS = Path(__file__).parents[1] / "data" / "nlu_conversations.yml"
KEYS = {"0": "/talk_to_agent", "1": "/report_problem", "2": "/ask_procedure", "3": "/ask_opening_hours"}
MAX_TURNS = 14
# Names of sentences, or how they begin, by what a scenario calls them.
TOLD = {
    "hours": ("utter_hours",),
    "contact": ("utter_contact",),
    "status": ("utter_status_found", "utter_status_by_phone"),
    "procedure": ("utter_procedure_summary", "utter_procedure_detail"),
    "aspect": ("utter_procedure_detail",),
    "authority": ("utter_authority",),
    "events": ("utter_events",),
    "participation": ("utter_participation", "utter_procedure_summary"),
    "reference": ("utter_report_filed", "utter_report_joined"),
    "language": ("utter_change_language",),
    "person_offered": ("utter_offer_person", "utter_callback", "utter_transfer"),
    "repeated": ("utter_repeat",),
    "slower": ("utter_slower",),
    "louder": ("utter_louder",),
    "cancelled": ("utter_cancelled",),
    "started_over": ("utter_start_over",),
    "robot": ("utter_bot_challenge",),
    "goodbye": ("utter_goodbye",),
    "choice": ("utter_procedure_choose", "utter_service_choose"),
    "emergency": ("utter_emergency", "utter_report_danger"),
}


@dataclass
class Played:
    """What happened: names of sentences, in order, and whether danger was heard in the caller's words."""

    talk: Talk
    said: list[str] = field(default_factory=list)
    transferred: bool = False
    danger: bool = False


def load_scenarios() -> list[dict[str, Any]]:
    scenarios: list[dict[str, Any]] = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    return scenarios


def play(engine: Engine, scenario: Mapping[str, Any], city: City) -> list[str]:
    """Play one scenario; return what was wanted and did not happen."""
    engine.forget_reports()
    if "given" in scenario:
        _give(engine, scenario["given"]["report"], city)
    number = scenario.get("number", "")
    caller = f"+33{number[1:]}" if number else ""
    talk = engine.conversation(caller, "chat" if scenario["channel"] == "chat" else "voice")
    played = Played(talk)
    expect, is_over = "open", False
    for turn in scenario["turns"]:
        if not is_over:
            expect, is_over = _say(played, turn, city)
    answers = {kind: _listed(said) for kind, said in scenario.get("if_asked", {}).items()}
    for _ in range(MAX_TURNS):
        if is_over or not answers.get(expect):
            break
        said = answers[expect]
        expect, is_over = _say(played, said.pop(0) if len(said) > 1 else said[0], city)
    return [str(wish) for wish in scenario["then"] if not _happened(engine, played, wish, scenario)]


def _say(played: Played, turn: str | Mapping[str, Any], city: City) -> tuple[str, bool]:
    """Say one turn; return what the bot expects next, and whether the conversation is over."""
    if isinstance(turn, Mapping):
        text = KEYS[str(turn["key"])] if "key" in turn else "/hang_up"
    else:
        played.danger |= EmergencyDetector().detect(turn) is not None
        text = normalise(turn, city) if played.talk.channel == "voice" else turn
    answer = played.talk.say(text)
    played.said += answer.names
    action = (answer.custom.get("action") or {}).get("type", "")
    played.transferred |= action == "transfer"
    return str(answer.custom.get("expect", "none")), action in ("hangup", "transfer") or text == "/hang_up"


def _listed(said: str | Sequence[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


def _happened(engine: Engine, played: Played, wish: Mapping[str, Any], scenario: Mapping[str, Any]) -> bool:
    if "any_of" in wish:
        return any(_happened(engine, played, one, scenario) for one in wish["any_of"])
    kind = next(key for key in wish if key not in ("service", "authority", "aspect", "wants", "codes"))
    value = wish[kind]
    match kind:
        case "told":
            named = any(name.startswith(TOLD[value]) for name in played.said)
            return named or (value == "emergency" and played.danger)
        case "report_filed":
            return any(_fits(row, value) for row in _rows(engine, "reports", played, "complete = 1"))
        case "report_incomplete":
            return any(_fits(row, value) for row in _rows(engine, "reports", played, "complete = 0"))
        case "report_joined":
            return bool(_rows(engine, "report_people", played))
        case "nothing_filed":
            return not _rows(engine, "reports", played)
        case "no_callback":
            return not _rows(engine, "callbacks", played)
        case "callback_recorded":
            return any(_fits(row, value) for row in _rows(engine, "callbacks", played))
        case "transferred":
            return played.transferred
    raise ValueError(f"unknown wish {kind}")


def _fits(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    checks = {
        "problem": lambda value: row["problem_code"] == value,
        "to_be_located": lambda value: not (row["street"] or row["landmark"]),
        "crossing": lambda value: value.casefold() in f"{row['street']} {row['landmark']}".casefold(),
        "street": lambda value: row["street"].casefold().startswith(value.casefold()),
        "phone": lambda value: row["phone"] == f"+33{value[1:]}",
    }
    return all(
        checks[key](value) if key in checks else str(row[key]) == str(value) for key, value in wanted.items()
    )


def _rows(engine: Engine, table: str, played: Played, where: str = "1 = 1") -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{engine.desk_path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        query = f"SELECT * FROM {table} WHERE conversation_id = ? AND {where}"
        return [dict(row) for row in connection.execute(query, (played.talk.sender,))]


def _give(engine: Engine, given: Mapping[str, Any], city: City) -> None:
    """Have the desk hold a report of somebody else."""
    report = NewReport(
        conversation_id="given",
        problem_code=given["problem"],
        description="donné",
        place=Place("donné", street=given["street"], house_number=str(given.get("house_number", ""))),
        source="phone",
    )
    settings = Settings(var_dir=engine.desk_path.parent, open311_url="http://127.0.0.1:9/open311/v2/")
    desk = open_desk(settings, city.info.reference_prefix)

    async def file() -> str:
        reference = await desk.file_report(report, datetime.now(UTC))
        await desk.aclose()
        return reference

    reference = asyncio.run(file())
    if "reference" in given:
        with closing(sqlite3.connect(engine.desk_path, timeout=10)) as connection:
            connection.execute(
                "UPDATE reports SET reference = ?, delivery = 'delivered' WHERE reference = ?",
                (given["reference"], reference),
            )
            connection.commit()
