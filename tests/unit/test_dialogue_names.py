"""Training data, rules and domain name the same things; training itself no longer looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ENTITY = re.compile(r"\]\((\w+)\)|\]\{\"entity\": \"(\w+)\"")
# What only the bot itself posts.
POSTED = {"hang_up"}
ENGINES_OWN = {"action_listen", "action_restart", "nlu_fallback"}


def _read(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((ROOT / folder).glob("*.yml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


def _domain(*kinds: str) -> set[str]:
    found: set[str] = set()
    for part in _read("domain"):
        for kind in kinds:
            found.update(name if isinstance(name, str) else next(iter(name)) for name in part.get(kind, ()))
    return found


def _blocks() -> list[dict[str, str]]:
    return [block for part in _read("nlu_data/nlu") for block in part["nlu"] if "intent" in block]


def _steps(kind: str) -> set[str]:
    rules = [rule for part in _read("nlu_data/rules") for rule in part["rules"]]
    steps = [step for rule in rules for step in (*rule.get("condition", ()), *rule["steps"])]
    return {step[kind] for step in steps if step.get(kind)}


def test_intents_are_those_of_the_domain() -> None:
    assert {block["intent"] for block in _blocks()} == _domain("intents") - POSTED
    assert _steps("intent") <= _domain("intents") | ENGINES_OWN


def test_marks_are_entities_of_the_domain() -> None:
    marked = {one or other for block in _blocks() for one, other in ENTITY.findall(block["examples"])}
    assert marked == _domain("entities")


def test_rules_say_and_do_only_what_the_domain_knows() -> None:
    known = _domain("actions", "forms", "responses") | ENGINES_OWN
    assert _steps("action") <= known
    assert _steps("active_loop") <= _domain("forms")
