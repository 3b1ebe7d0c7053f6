"""Parses whole test sets with a trained model in one process; runs in the Rasa environment.

Usage: python -m bot.rasa_env.parse_set MODEL RESULT.json SET.yml...

The result holds no words: intents, places of entities in the sentence, confidences, times and a hash.
"""

# Rasa is not installed where mypy runs.
# mypy: disable-error-code="misc, no-any-return"

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from rasa.core.agent import Agent
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from bot.evaluate.plain import plain

# The first turns pay for what is loaded only when it is needed.
N_WARM_UP = 5


def parse_sets(model: Path, sets: list[Path]) -> dict[str, Any]:
    """Return `load_s`, seconds, and per set (by its file's stem) its turns: what was wanted and found."""
    started_s = time.perf_counter()
    agent = Agent.load(str(model))
    load_s = time.perf_counter() - started_s
    return {"load_s": load_s, "sets": asyncio.run(_parse_all(agent, sets))}


async def _parse_all(agent: Agent, sets: list[Path]) -> dict[str, Any]:
    for _ in range(N_WARM_UP):
        await agent.parse_message("bonjour, il y a un trou devant le 12 rue de la République")
    return {path.stem: await _parse_set(agent, path) for path in sets}


async def _parse_set(agent: Agent, path: Path) -> list[dict[str, Any]]:
    return [await _parse(agent, message) for message in load_data(str(path)).intent_examples]


async def _parse(agent: Agent, wanted: Message) -> dict[str, Any]:
    started_s = time.perf_counter()
    found = await agent.parse_message(wanted.get(TEXT))
    took_s = time.perf_counter() - started_s
    return {
        "intent": wanted.get(INTENT),
        "found_intent": found["intent"]["name"],
        "confidence": found["intent"]["confidence"],
        "entities": [_entity(entity) for entity in wanted.get(ENTITIES, [])],
        "found_entities": [_entity(entity) for entity in found["entities"]],
        "tokens": found["text_tokens"],
        "took_ms": 1000 * took_s,
        "is_tuned_on": crc32(wanted.get(TEXT).encode()) % 2 == 0,
        "said_hash": hashlib.sha256(plain(wanted.get(TEXT)).encode()).hexdigest(),
    }


def _entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entity[key] for key in ("entity", "start", "end", "value")}


def main() -> None:
    """Write what the model makes of the sets."""
    model, result, *sets = map(Path, sys.argv[1:])
    result.write_text(json.dumps(parse_sets(model, sets), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
