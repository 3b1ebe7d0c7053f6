"""The city's catalogue as the classifier is handed it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.rasa_env.catalogue_said import CITY, catalogue_said
from integrations.city import load_city
from integrations.city_procedures import load_procedures

CITY_DIR = Path(__file__).parents[2] / CITY


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    return {name: set(sentences) for name, sentences in catalogue_said(CITY_DIR).items()}


def test_all_that_is_said_of_procedures_and_authorities_is_there(said: dict[str, set[str]]) -> None:
    city = load_city(CITY_DIR)
    phrasings = {phrase for each in load_procedures(city).values() for phrase in each.phrasings}
    answers = {phrase for each in city.authorities.values() for phrase in each.answers}
    assert {" ".join(phrase.split()).lower() for phrase in phrasings} <= said["procedures"]
    assert {" ".join(phrase.split()).lower() for phrase in answers} == said["authorities"]


def test_a_sentence_is_there_once_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "procedures").mkdir()
    procedure = {"title": "Carte  grise", "phrasings": ["ma Carte", "ma carte"]}
    listed = {"procedures": {"carte": procedure}}
    (tmp_path / "procedures" / "one.yml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    (tmp_path / "authorities.yml").write_text("authorities: {}", encoding="utf-8")
    assert catalogue_said(tmp_path) == {"procedures": ["carte grise", "ma carte"], "authorities": []}
