"""The sentences that accuracy is measured on are not among those that are trained on, nor nearly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from rapidfuzz import fuzz, process

NLU_DATA = Path(__file__).parents[2] / "nlu_data"
# Above this share of equal letters two sentences are the same one, written twice.
NEAR = 95.0
# Of shorter ones ("oui", "au revoir") everybody says the same: they are compared for equality only where the
# test set holds more than such everyday words.
EVERYDAY_WORDS = 3
_MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def _plain(example: str) -> str:
    """The words alone: no entity marks, case, accents or punctuation."""
    text = unicodedata.normalize("NFD", _MARKED.sub(r"\1", example).casefold())
    letters = "".join(" " if not char.isalnum() else char for char in text if not unicodedata.combining(char))
    return " ".join(letters.split())


def _sentences(path: Path) -> Iterator[str]:
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        if "intent" in block:
            for line in block["examples"].splitlines():
                yield _plain(line.removeprefix("- "))


@pytest.fixture(scope="module")
def trained() -> list[str]:
    sentences = {sentence for path in NLU_DATA.glob("nlu/**/*.yml") for sentence in _sentences(path)}
    return sorted(sentences)


@pytest.mark.parametrize("name", ["nlu_eval", "held_out", "nonsense"])
def test_no_sentence_of_a_test_set_is_trained_on(trained: list[str], name: str) -> None:
    """Only counts are shown: whoever writes training data must not read the test sentences here."""
    tested = {
        one for one in _sentences(NLU_DATA / "tests" / f"{name}.yml") if len(one.split()) > EVERYDAY_WORDS
    }
    n_same = len(tested & set(trained))
    near = process.cdist(sorted(tested), trained, scorer=fuzz.ratio, score_cutoff=NEAR, workers=2)
    n_near = int((near > NEAR).any(axis=1).sum())
    assert (n_same, n_near) == (0, 0)


def test_sentences_are_compared_without_marks_case_and_accents() -> None:
    marked = 'Un [trou](problem_type), [où ça]{"entity": "procedure_aspect", "value": "where"} ?'
    assert _plain(marked) == "un trou ou ca"
