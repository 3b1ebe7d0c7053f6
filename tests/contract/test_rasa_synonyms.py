"""Values of entities, in Rasa's own environment: "documents" in one type, a name in another."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
EXAMPLES = (
    '- faut-il un [acte de naissance]{"entity": "procedure_aspect", "value": "documents"}',
    '- quels [papiers]{"entity": "procedure_aspect", "value": "documents"} pour un [passeport](procedure)',
    "- des [papiers](problem_type) par terre",
    '- le [poteau]{"entity": "problem_type", "value": "poteau tordu"} est tordu',
    '- le [lampadaire]{"entity": "problem_type", "value": "lampadaire éteint"} ne marche plus',
    "- le [lampadaire](problem_type) est tombé",
    "- un [lampadaire](problem_type) penche",
)

UNKNOWN_ASPECT = ("procedure_aspect", "lampadaire")

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """What became of entities, per type and words; of those that were kept."""
    said = (
        ("procedure_aspect", "acte de naissance"),
        ("procedure_aspect", "Papiers"),
        ("procedure_aspect", "Documents"),
        ("procedure", "acte de naissance"),
        ("procedure", "Documents"),
        ("problem_type", "papiers"),
        ("problem_type", "poteau"),
        ("problem_type", "lampadaire"),
        ("landmark", "poteau"),
        UNKNOWN_ASPECT,
    )
    entities = [
        {"entity": entity, "value": words, "start": number, "end": number + len(words)}
        for number, (entity, words) in enumerate(said)
    ]
    finished = subprocess.run(
        [RASA_PYTHON, "-W", "ignore", "-m", "tests.contract.rasa_synonyms", tmp_path_factory.mktemp("model")],
        cwd=ROOT,
        env={"TF_CPP_MIN_LOG_LEVEL": "3"},
        input=json.dumps({"examples": EXAMPLES, "entities": entities}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return {said[entity["start"]]: entity for entity in json.loads(finished.stdout)}


@pytest.mark.parametrize(
    ("entity", "words", "value"),
    [
        ("procedure_aspect", "acte de naissance", "documents"),
        ("procedure_aspect", "Papiers", "documents"),
        ("procedure_aspect", "Documents", "documents"),
        ("problem_type", "poteau", "poteau tordu"),
    ],
)
def test_words_have_the_value_that_was_marked_in_their_type(
    mapped: dict[tuple[str, str], dict[str, Any]], entity: str, words: str, value: str
) -> None:
    assert mapped[entity, words]["value"] == value
    assert mapped[entity, words]["processors"] == ["TypedSynonymMapper"]


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ("procedure", "acte de naissance"),
        ("procedure", "Documents"),
        ("problem_type", "papiers"),
        ("landmark", "poteau"),
    ],
)
def test_values_of_one_type_stay_out_of_the_others(
    mapped: dict[tuple[str, str], dict[str, Any]], entity: str, words: str
) -> None:
    assert mapped[entity, words]["value"] == words


def test_words_marked_in_several_ways_mean_what_most_marks_say(
    mapped: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert mapped["problem_type", "lampadaire"]["value"] == "lampadaire"


def test_an_aspect_that_means_none_of_the_known_ones_is_dropped(
    mapped: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert UNKNOWN_ASPECT not in mapped
