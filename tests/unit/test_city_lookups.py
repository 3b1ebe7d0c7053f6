"""The NLU's word lists follow the city's data."""

from __future__ import annotations

from pathlib import Path

from integrations.city import load_city
from integrations.city_lookups import lookups, main

ROOT = Path(__file__).parents[2]
LOOKUPS = ROOT / "nlu_data" / "lookups"


def test_the_lists_are_up_to_date() -> None:
    """If this fails: python -m integrations.city_lookups city/nimes nlu_data/lookups"""
    made = lookups(load_city(ROOT / "city" / "nimes"))
    written = {path.name: path.read_text(encoding="utf-8") for path in LOOKUPS.glob("*.txt")}
    assert written == dict(made)


def test_names_and_other_names_are_both_listed(tmp_path: Path) -> None:
    main(ROOT / "city" / "nimes", tmp_path)
    assert {"avenue robert bompard", "avenue bompard"} <= set(
        (tmp_path / "streets.txt").read_text().splitlines()
    )
    assert {"état civil", "l'état civil"} <= set((tmp_path / "services.txt").read_text().splitlines())
    assert "nid de poule" in (tmp_path / "problem_types.txt").read_text().splitlines()
