"""How often the procedure that a caller means is found; figures are printed with `pytest -s`.

The queries are split by a hash of their words. The ranking was tuned on the development half only; what is
bounded here is the other half.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
import yaml

from integrations.city import load_city
from integrations.city_procedures import load_procedures
from integrations.procedures_search import Candidate, Found, ProcedureSearch, Verdict

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """codes: what a person would answer. is_foreign: the city has no such procedure."""

    said: str
    codes: frozenset[str]
    is_foreign: bool
    candidates: tuple[Candidate, ...]
    found: Found

    @property
    def is_first(self) -> bool:
        return self.candidates[0].procedure.code in self.codes

    @property
    def is_among(self) -> bool:
        return any(candidate.procedure.code in self.codes for candidate in self.candidates)


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    city = load_city(ROOT / "city" / "nimes")
    search = ProcedureSearch(load_procedures(city).values(), city.authorities.values())
    queries = yaml.safe_load((ROOT / "tests" / "data" / "procedures_queries.yml").read_text(encoding="utf-8"))
    return [
        Asked(
            query["said"],
            frozenset(query["codes"]),
            not query["codes"] and not query.get("missing", False),
            search.find(query["said"]),
            search.search(query["said"]),
        )
        for query in queries
        if crc32(query["said"].encode()) & 1
    ]


def share(part: list[Asked], whole: list[Asked], what: str) -> float:
    print(f"\n{what}: {len(part)} of {len(whole)}, {len(part) / len(whole):.1%}")
    return len(part) / len(whole)


def test_the_answers_are_procedures_of_the_catalogue() -> None:
    codes = set(load_procedures(load_city(ROOT / "city" / "nimes")))
    queries = yaml.safe_load((ROOT / "tests" / "data" / "procedures_queries.yml").read_text(encoding="utf-8"))
    assert [query["said"] for query in queries if not set(query["codes"]) <= codes] == []


def test_the_right_procedure_comes_first_or_among_three(asked: list[Asked]) -> None:
    known = [each for each in asked if each.codes]
    assert len(known) > 150
    assert share([each for each in known if each.is_first], known, "right first") >= 0.85
    assert share([each for each in known if each.is_among], known, "right among three") >= 0.95


def test_what_is_taken_without_asking_is_right(asked: list[Asked]) -> None:
    clear = [each for each in asked if each.codes and each.found.verdict is Verdict.CLEAR]
    assert len(clear) > 100
    assert share([each for each in clear if each.is_first], clear, "clear and right") >= 0.91


def test_what_another_authority_answers_finds_nothing(asked: list[Asked]) -> None:
    foreign = [each for each in asked if each.is_foreign]
    assert share([each for each in foreign if each.found.verdict is Verdict.NONE], foreign, "not ours") >= 0.7
