"""How often the right place is found in what callers say; figures are printed with `pytest -s`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from integrations.addresses_gazetteer import Gazetteer, Verdict, verdict
from integrations.city import load_city
from integrations.protocols import AddressCandidate

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Heard:
    case: dict[str, str]
    candidates: Sequence[AddressCandidate]

    @property
    def names_a_place(self) -> bool:
        return "street" in self.case or "landmark" in self.case

    @property
    def is_right(self) -> bool:
        if not self.candidates:
            return False
        place = self.candidates[0].place
        if "landmark" in self.case:
            return place.landmark == self.case["landmark"]
        crossed = f"angle {self.case['crossing']}" if "crossing" in self.case else ""
        return place.street == self.case.get("street") and place.landmark == crossed

    @property
    def is_taken(self) -> bool:
        return verdict(self.candidates) is Verdict.TAKE

    @property
    def is_number_right(self) -> bool:
        return self.candidates[0].place.house_number == self.case["house_number"]


@pytest.fixture(scope="module")
def heard() -> dict[str, list[Heard]]:
    gazetteer = Gazetteer(load_city(ROOT / "city" / "nimes"))
    text = (ROOT / "tests" / "data" / "addresses.yml").read_text(encoding="utf-8")
    return {
        section: [Heard(case, gazetteer.match(case["said"])) for case in cases]
        for section, cases in yaml.safe_load(text).items()
    }


def _share(part: int, whole: int, what: str) -> float:
    print(f"{what}: {part}/{whole} = {part / whole:.1%}")
    return part / whole


@pytest.mark.parametrize(("section", "bound"), [("written", 0.90), ("rendered", 0.75)])
def test_the_right_place_comes_first(heard: dict[str, list[Heard]], section: str, bound: float) -> None:
    """`rendered` draws all streets alike, the unknown as often as the avenues, and speaks them badly."""
    named = [one for one in heard[section] if one.names_a_place]
    assert _share(sum(one.is_right for one in named), len(named), f"{section}, right place first") >= bound


def test_what_is_taken_without_asking_is_right(heard: dict[str, list[Heard]]) -> None:
    taken = [one for section in heard.values() for one in section if one.is_taken]
    wrong = [one for one in taken if not one.is_right]
    assert _share(len(wrong), len(taken), "taken but wrong") <= 0.03


def test_most_places_need_no_question(heard: dict[str, list[Heard]]) -> None:
    named = [one for one in heard["written"] if one.names_a_place]
    assert _share(sum(one.is_taken for one in named), len(named), "taken without asking") >= 0.85


def test_house_numbers_are_read(heard: dict[str, list[Heard]]) -> None:
    numbered = [one for one in heard["written"] if "house_number" in one.case and one.is_right]
    assert _share(sum(one.is_number_right for one in numbered), len(numbered), "right house number") >= 0.95


def test_the_set_is_large_enough_to_mean_something(heard: dict[str, list[Heard]]) -> None:
    assert sum(one.names_a_place for one in heard["written"]) >= 200
    assert len(heard["rendered"]) >= 100
