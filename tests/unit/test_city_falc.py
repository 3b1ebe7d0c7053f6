"""What is said about procedures is easy French: short sentences, known words."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from integrations.city_falc import MAX_WORDS, breaches, check_city, n_words, sentences

NIMES = Path(__file__).parents[2] / "city" / "nimes"
ROOT = NIMES.parents[1]
HARD = {"justificatif": "preuve", "le cas échéant": "si besoin"}


def test_nothing_of_nimes_is_hard() -> None:
    assert check_city(NIMES) == []


def test_twelve_words_are_the_limit() -> None:
    twelve = "Un deux trois quatre cinq six sept huit neuf dix onze douze."
    assert n_words(twelve) == MAX_WORDS
    assert list(breaches(twelve, {})) == []
    (reason,) = breaches(twelve.replace("douze", "douze treize"), {})
    assert reason.startswith("13 words, 12 at most")


def test_each_sentence_is_counted_alone() -> None:
    assert sentences("C'est gratuit. Venez : apportez l'acte ! Oui ?") == [
        "C'est gratuit.",
        "Venez :",
        "apportez l'acte !",
        "Oui ?",
    ]


@pytest.mark.parametrize("text", ["Un justificatif.", "Deux Justificatifs.", "Le cas échéant, revenez."])
def test_hard_words_are_found_in_their_forms(text: str) -> None:
    (reason,) = breaches(text, HARD)
    assert "is hard, say" in reason


def test_a_hard_word_inside_another_is_not_one() -> None:
    assert list(breaches("Les injustificatifs.", HARD)) == []


def test_a_breach_names_file_line_and_field_and_fails(tmp_path: Path) -> None:
    folder = tmp_path / "nimes"
    shutil.copytree(NIMES, folder)
    path = folder / "procedures" / "sport.yml"
    text = path.read_text(encoding="utf-8")
    old = '"Une preuve pour le tarif réduit"'
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, '"Un justificatif pour le tarif réduit"', 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "integrations.city_falc", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"sport.yml:{line}: procedures.piscine.documents.0: « justificatif » is hard" in done.stdout
