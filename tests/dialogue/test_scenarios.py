"""Whole conversations written from the callers' side and never tuned to; the share that ends as wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.city import load_city
from tests.dialogue.engine import Engine
from tests.dialogue.scenarios import load_scenarios, play

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]
NIMES = Path(__file__).parents[2] / "city" / "nimes"


def test_most_conversations_end_as_the_caller_wanted(engine: Engine) -> None:
    city = load_city(NIMES)
    scenarios = load_scenarios()
    missed = {scenario["name"]: play(engine, scenario, city) for scenario in scenarios}
    failed = {name: wishes for name, wishes in missed.items() if wishes}
    print(f"conversations that ended as wanted: {len(scenarios) - len(failed)} of {len(scenarios)}")
    print(*(f"{name}: {', '.join(wishes)}" for name, wishes in failed.items()), sep="\n")
    assert len(failed) <= 0.15 * len(scenarios), failed
