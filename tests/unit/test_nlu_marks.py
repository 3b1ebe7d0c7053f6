"""What the training sentences name is marked as such, everywhere alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

NLU_DATA = Path(__file__).parents[2] / "nlu_data"
MARK = re.compile(r"\[[^\[\]]+\](?:\(\w+\)|\{\"entity\": \"\w+\"(?:, \"value\": \"[^\"]+\")?\})")
# The other authorities that people name most.
AUTHORITIES = "préfecture|caf|cpam|carsat|france travail|pôle emploi|tribunal|gendarmerie|sécurité sociale"
# Where these words are said of a procedure, they ask for something about it.
ASPECTS = (
    "combien ça coûte|combien coûte|combien de temps|tarifs?|délais?|justificatifs?|en ligne|par internet"
)
# Names of districts that are also words, people or streets.
AMBIGUOUS = re.compile(r"^(?:centre|hoche|zup|gambetta|jean|route|la |les )| ")


def _lines(name: str) -> Iterator[str]:
    for block in yaml.safe_load((NLU_DATA / "nlu" / f"{name}.yml").read_text(encoding="utf-8"))["nlu"]:
        if "intent" in block:
            yield from block["examples"].splitlines()


def _outside_marks(name: str) -> list[str]:
    return [MARK.sub("#", line) for line in _lines(name)]


ALL = sorted(path.stem for path in NLU_DATA.glob("nlu/*.yml"))


@pytest.mark.parametrize("name", ALL)
def test_every_mark_is_whole(name: str) -> None:
    assert [line for line in _outside_marks(name) if re.search(r"[\[\]{}]", line)] == []


def test_authorities_are_services() -> None:
    unmarked = re.compile(rf"(?<![\w-])(?:{AUTHORITIES})(?![\w-])")
    assert [line for line in _outside_marks("other_authority") if unmarked.search(line)] == []


def test_what_is_asked_of_a_procedure_is_marked() -> None:
    unmarked = re.compile(rf"(?<!\w)(?:{ASPECTS})(?!\w)")
    assert [line for line in _outside_marks("ask_procedure_detail") if unmarked.search(line)] == []


@pytest.mark.parametrize("name", ["inform", "report_problem", "report_status", "ask_contact"])
def test_districts_are_marked(name: str) -> None:
    listed = (NLU_DATA / "names" / "districts.txt").read_text(encoding="utf-8").splitlines()
    districts = [re.escape(district) for district in listed if not AMBIGUOUS.search(district)]
    unmarked = re.compile(rf"(?<![\w-])(?:{'|'.join(districts)})(?![\w-])")
    assert [line for line in _outside_marks(name) if unmarked.search(line)] == []
