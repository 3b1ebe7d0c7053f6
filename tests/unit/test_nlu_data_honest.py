"""The sentences that accuracy is measured on are not among those that are trained on, nor nearly."""

from __future__ import annotations

from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from bot.evaluate.plain import plain, sentences
from bot.rasa_env.catalogue_said import CITY, catalogue_said

NLU_DATA = Path(__file__).parents[2] / "nlu_data"
# Above this share of equal letters two sentences are the same one, written twice.
NEAR = 95.0
# What everybody says ("oui", "au revoir", "vous pouvez répéter") cannot be kept out of training; `make eval`
# says what the accuracy is without it.
EVERYDAY_WORDS = 3


@pytest.fixture(scope="module")
def trained() -> list[str]:
    """The sentences learned from, and those of the city's catalogue that sentences are compared with."""
    learned = {sentence for path in NLU_DATA.glob("nlu/*.yml") for sentence in sentences(path)}
    catalogue = catalogue_said(NLU_DATA.parent / CITY).values()
    return sorted(learned | {plain(sentence) for said in catalogue for sentence in said})


@pytest.mark.parametrize("name", ["nlu_eval", "held_out", "nonsense"])
def test_no_sentence_of_a_test_set_is_trained_on(trained: list[str], name: str) -> None:
    """Only counts are shown: whoever writes training data must not read the test sentences here."""
    tested = {
        one for one in sentences(NLU_DATA / "tests" / f"{name}.yml") if len(one.split()) > EVERYDAY_WORDS
    }
    n_same = len(tested & set(trained))
    near = process.cdist(sorted(tested), trained, scorer=fuzz.ratio, score_cutoff=NEAR, workers=2)
    n_near = int((near > NEAR).any(axis=1).sum())
    assert (n_same, n_near) == (0, 0)


def test_sentences_are_compared_without_marks_case_and_accents() -> None:
    marked = 'Un [trou](problem_type), [où ça]{"entity": "procedure_aspect", "value": "where"} ?'
    assert plain(marked) == "un trou ou ca"
