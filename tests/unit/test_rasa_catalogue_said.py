"""The city's catalogue as the classifier is handed it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.rasa_env.catalogue_said import catalogue_said
from bot.rasa_env.train import CITY
from integrations.city import load_city
from integrations.city_procedures import load_procedures

CITY_DIR = Path(__file__).parents[2] / CITY


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    blocks = yaml.safe_load(catalogue_said(CITY_DIR))["nlu"]
    return {
        block["metadata"]["catalogue"]: {line.removeprefix("- ") for line in block["examples"].splitlines()}
        for block in blocks
    }


def test_all_that_is_said_of_procedures_and_authorities_is_there(said: dict[str, set[str]]) -> None:
    city = load_city(CITY_DIR)
    phrasings = {phrase for each in load_procedures(city).values() for phrase in each.phrasings}
    answers = {phrase for each in city.authorities.values() for phrase in each.answers}
    assert {" ".join(phrase.split()).lower() for phrase in phrasings} <= said["procedures"]
    assert {" ".join(phrase.split()).lower() for phrase in answers} == said["authorities"]


def test_brackets_are_no_marks(tmp_path: Path) -> None:
    (tmp_path / "procedures").mkdir()
    procedure = {"title": "Carte [grise](procedure)", "phrasings": ["ma Carte", "ma Carte"]}
    listed = {"procedures": {"carte": procedure}}
    (tmp_path / "procedures" / "one.yml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    (tmp_path / "authorities.yml").write_text("authorities: {}", encoding="utf-8")
    examples = yaml.safe_load(catalogue_said(tmp_path))["nlu"][0]["examples"]
    assert examples.splitlines() == ["- carte grise (procedure)", "- ma carte"]
