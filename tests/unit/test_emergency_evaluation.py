"""The detector against sentences written apart from it: tests/data/emergency.yml."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from bot.dialogue.emergency import EmergencyDetector

SENTENCES = Path(__file__).parents[1] / "data" / "emergency.yml"
# At most this share of the ordinary calls may be sent to the emergency numbers by mistake.
MAX_FALSE_ALARMS = 0.02


class Sentence(TypedDict):
    text: str
    emergency: bool
    kind: str


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    read: list[Sentence] = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    return read


def test_no_danger_is_missed(sentences: list[Sentence]) -> None:
    detector = EmergencyDetector()
    dangers = [sentence["text"] for sentence in sentences if sentence["emergency"]]
    assert len(dangers) >= 40
    assert [text for text in dangers if detector.detect(text) is None] == []


def test_false_alarms_are_rare(sentences: list[Sentence]) -> None:
    detector = EmergencyDetector()
    ordinary = [sentence["text"] for sentence in sentences if not sentence["emergency"]]
    assert len(ordinary) >= 40
    false_alarms = [text for text in ordinary if detector.detect(text) is not None]
    assert len(false_alarms) <= MAX_FALSE_ALARMS * len(ordinary), false_alarms
