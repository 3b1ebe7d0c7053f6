"""Plays learned conversations with a trained model, twice each; runs in the Rasa environment.

Usage: python -m bot.rasa_env.replay MODEL CONVERSATIONS.json RESULT.json ACTIONS_URL DESK.db

First each turn is understood as people corrected it, whatever the model thinks: that is what the bot should
do. Then the model understands by itself: that is what it does. The actions are real, so their desk must be
one that nobody delivers from: it is emptied before each play. The result holds no words of anybody: names of
actions and sentences, turn by turn, and whether the same was filed.
"""

# Rasa is not installed where mypy runs.
# mypy: disable-error-code="misc, no-any-return"

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.events import ActionExecuted
from rasa.utils.endpoints import EndpointConfig

# Arcep keeps it free for films and tests: should anything ever ring it, nobody is there.
CALLER = "+33639980001"
CHANNELS = {"chat": "chat"}
# Whatever a conversation leaves in the desk; what numbers the references stays.
_WRITTEN = ("outbox", "report_people", "reports", "callback_events", "callbacks")
_FILED = {
    "reports": "problem_code, street, house_number, landmark, district, priority, complete",
    "callbacks": "service, phone",
}


class Names(NaturalLanguageGenerator):
    """Says no sentence but remembers which were asked for."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def generate(
        self, utter_action: str, tracker: Any, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        self.said.append(utter_action)
        return {"text": utter_action}


class Stage:
    """One model and its actions. desk: the database that the actions write to."""

    def __init__(self, model: Path, actions_url: str, desk: Path) -> None:
        self._names = Names()
        self._agent = Agent.load(
            str(model), action_endpoint=EndpointConfig(f"{actions_url}/webhook"), generator=self._names
        )
        self._desk = desk
        self._n_played = 0

    async def play(self, conversation: Mapping[str, Any]) -> dict[str, Any]:
        """Return `wanted` and `done`, per turn the names, and `filed_alike`."""
        wanted, should_be_filed = await self._once(conversation, as_corrected=True)
        done, filed = await self._once(conversation, as_corrected=False)
        return {"wanted": wanted, "done": done, "filed_alike": should_be_filed == filed}

    async def _once(
        self, conversation: Mapping[str, Any], *, as_corrected: bool
    ) -> tuple[list[list[str]], list[Any]]:
        self._empty_desk()
        self._n_played += 1
        sender, channel = f"replay-{self._n_played}", CHANNELS.get(conversation["channel"], "voice")
        turns = [await self._turn(sender, channel, step, as_corrected) for step in conversation["steps"]]
        return turns, self._filed()

    async def _turn(
        self, sender: str, channel: str, step: Mapping[str, Any], as_corrected: bool
    ) -> list[str]:
        collected = CollectingOutputChannel()
        message = UserMessage(
            step["text"],
            collected,
            sender,
            input_channel=channel,
            metadata={"caller": CALLER if channel == "voice" else ""},
        )
        if as_corrected:
            parsed = await self._agent.processor.parse_message(message)
            message.parse_data = corrected(parsed, step)
        before = len((await self._agent.processor.get_tracker(sender)).events)
        self._names.said = []
        await self._agent.handle_message(message)
        events = list((await self._agent.processor.get_tracker(sender)).events)[before:]
        names = [event.action_name for event in events if isinstance(event, ActionExecuted)]
        orders = [_order(each["custom"]) for each in collected.messages if "custom" in each]
        return [name for name in (*names, *self._names.said, *orders) if name]

    def _empty_desk(self) -> None:
        with closing(sqlite3.connect(self._desk, timeout=10)) as connection, connection:
            for table in _WRITTEN:
                connection.execute(f"DELETE FROM {table}")

    def _filed(self) -> list[Any]:
        with closing(sqlite3.connect(self._desk, timeout=10)) as connection:
            return [
                sorted(map(repr, connection.execute(f"SELECT {columns} FROM {table}")))
                for table, columns in _FILED.items()
            ]


def corrected(parsed: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any]:
    """What the model made of a turn, put right; values that it knows for the same words stay its own."""
    values = {(each["entity"], each["start"], each["end"]): each["value"] for each in parsed["entities"]}
    entities = []
    for mark in step["entities"]:
        said = step["text"][mark["start"] : mark["end"]]
        place = (mark["entity"], mark["start"], mark["end"])
        entity = {**mark, "value": mark["value"] or values.get(place, said), "extractor": "people"}
        entities.append({key: value for key, value in entity.items() if key != "role" or value})
    intent = {"name": step["intent"], "confidence": 1.0}
    return {**parsed, "intent": intent, "intent_ranking": [intent], "entities": entities}


def _order(custom: Mapping[str, Any]) -> str:
    action = custom.get("action") or {}
    return f"{action['type']} {action.get('service', '')}".strip() if action.get("type") else ""


async def play_all(stage: Stage, conversations: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [await stage.play(conversation) for conversation in conversations]


def main() -> None:
    """Write what the model does in the conversations, and what it should do."""
    model, conversations, result, actions_url, desk = sys.argv[1:]
    stage = Stage(Path(model), actions_url, Path(desk))
    played = asyncio.run(play_all(stage, json.loads(Path(conversations).read_text(encoding="utf-8"))))
    Path(result).write_text(json.dumps(played), encoding="utf-8")


if __name__ == "__main__":
    main()
