"""The procedures of Nîmes are enough, distinct and honest; a faulty entry is refused where it stands."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.city import City, load_city
from integrations.city_procedures import Procedure, load_procedures
from integrations.city_yaml import CityDataError

NIMES = Path(__file__).parents[2] / "city" / "nimes"
PUBLISHED_BY_THE_CITY = 168
LOCAL_SOURCE = ("à vérifier", "à confirmer")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(NIMES)


@pytest.fixture(scope="module")
def procedures(city: City) -> Mapping[str, Procedure]:
    return load_procedures(city)


def test_there_are_as_many_as_the_city_publishes(procedures: Mapping[str, Procedure]) -> None:
    assert len(procedures) >= PUBLISHED_BY_THE_CITY


def test_every_theme_of_a_town_hall_is_there(procedures: Mapping[str, Procedure]) -> None:
    themes = {procedure.theme for procedure in procedures.values()}
    assert len(themes) >= 20
    assert {"État civil", "École et cantine", "Décès et cimetières", "Jeunesse et passeport été"} <= themes


def test_each_is_asked_for_in_twenty_ways_and_more(procedures: Mapping[str, Procedure]) -> None:
    assert [p.code for p in procedures.values() if len(set(p.phrasings)) < 20] == []


def test_a_situation_leads_to_a_procedure_too(procedures: Mapping[str, Procedure]) -> None:
    assert "mon père vient de mourir" in procedures["declaration_deces"].phrasings


def test_what_is_to_be_confirmed_is_marked(procedures: Mapping[str, Procedure]) -> None:
    unmarked = [
        p.code
        for p in procedures.values()
        if not p.a_verifier and any("confirmer" in text for text in (p.price, p.delay, p.who))
    ]
    assert unmarked == []


def test_a_source_that_must_be_checked_is_marked(procedures: Mapping[str, Procedure]) -> None:
    unmarked = [
        p.code
        for p in procedures.values()
        if not p.a_verifier and any(words in p.source for words in LOCAL_SOURCE)
    ]
    assert unmarked == []


@pytest.mark.parametrize(
    ("code", "price"),
    [
        ("passeport_majeur", "86 euros"),
        ("passeport_mineur", "42 euros"),
        ("cni_perte_vol", "25 euros"),
        ("acte_naissance", "gratuit"),
        ("pacs_enregistrer", "gratuit"),
    ],
)
def test_national_prices_are_said(procedures: Mapping[str, Procedure], code: str, price: str) -> None:
    assert price in procedures[code].price
    assert not procedures[code].a_verifier


@pytest.fixture
def folder(city: City, tmp_path: Path) -> City:
    copy = tmp_path / "nimes"
    shutil.copytree(NIMES / "procedures", copy / "procedures")
    return replace(city, folder=copy)


def _fault_after(folder: City, file_name: str, old: str, new: str) -> tuple[str, int]:
    path = folder.folder / "procedures" / file_name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CityDataError) as caught:
        load_procedures(folder)
    return str(caught.value), text[: text.index(old)].count("\n") + 1


def test_seven_phrasings_are_too_few(folder: City) -> None:
    path = folder.folder / "procedures" / "emploi.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = lines.index("    phrasings:\n") + 1
    last = next(n for n in range(first, len(lines)) if not lines[n].startswith("      - "))
    path.write_text("".join(lines[: first + 7] + lines[last:]), encoding="utf-8")
    with pytest.raises(CityDataError) as caught:
        load_procedures(folder)
    assert f"emploi.yml:{first}: procedures.candidature.phrasings" in str(caught.value)


def test_an_unknown_service_is_refused(folder: City) -> None:
    fault, line = _fault_after(folder, "sport.yml", "where: sports", "where: sporrts")
    assert f"sport.yml:{line}: procedures.piscine.where: unknown service sporrts" in fault


def test_one_phrasing_for_two_procedures_is_refused(folder: City) -> None:
    fault, line = _fault_after(folder, "sport.yml", "aller nager un dimanche", "une tortue dans mon jardin")
    assert f"sport.yml:{line}: procedures.piscine.phrasings.5" in fault
    assert "animal_trouve" in fault


def test_the_same_words_in_another_order_are_the_same_phrasing(folder: City) -> None:
    fault, _ = _fault_after(
        folder, "animaux.yml", "une tortue dans mon jardin", "dans mon jardin un nid de frelons"
    )
    assert (
        "procedures.nuisibles_prives.phrasings.0: « un nid de frelons dans mon jardin » is too close" in fault
    )
    assert "of animal_trouve" in fault


def test_an_entry_copied_under_another_name_is_refused(folder: City) -> None:
    fault, _ = _fault_after(
        folder,
        "emploi.yml",
        "title: Stage ou apprentissage à la ville",
        "title: À la ville de Nîmes travailler",
    )
    assert "procedures.stage_apprentissage: says the same as candidature" in fault


def test_a_code_stands_in_one_theme(folder: City) -> None:
    fault, _ = _fault_after(folder, "sport.yml", "  piscine:\n", "  candidature:\n")
    assert "procedures.candidature: stands twice" in fault


def test_a_city_without_procedures_is_refused(city: City, tmp_path: Path) -> None:
    with pytest.raises(CityDataError, match="no procedure at all"):
        load_procedures(replace(city, folder=tmp_path))
