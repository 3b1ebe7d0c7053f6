"""A faulty file of a city is refused with its file, line and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from integrations.city import load_city
from integrations.city_yaml import CityDataError, read_yaml

NIMES = Path(__file__).parents[2] / "city" / "nimes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "nimes"
    shutil.copytree(NIMES, copy)
    return copy


def _replace(path: Path, old: str, new: str) -> int:
    """Change the first `old` and return its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def _fault(folder: Path) -> str:
    with pytest.raises(CityDataError) as caught:
        load_city(folder)
    return str(caught.value)


def test_a_wrong_value_names_file_line_and_field(folder: Path) -> None:
    line = _replace(folder / "city.yml", "timezone: Europe/Paris", "timezone: Europe/Nimes")
    fault = _fault(folder)
    assert fault.startswith(f"{folder / 'city.yml'}:{line}: timezone: ")
    assert "Europe/Nimes" in fault


def test_every_fault_of_a_file_is_listed(folder: Path) -> None:
    first = _replace(folder / "problem_types.yml", "    priority: 2\n", "    priority: 9\n")
    second = _replace(folder / "problem_types.yml", "service: proprete", "service: proprete\n    colour: red")
    fault = _fault(folder)
    assert f"problem_types.yml:{first}: types.trou_chaussee.priority" in fault
    assert f"problem_types.yml:{second + 1}: types.depot_sauvage.colour" in fault


def test_a_phrase_belongs_to_one_problem(folder: Path) -> None:
    line = _replace(folder / "problem_types.yml", "      - trottoir cassé\n", "      - nid de poule\n")
    fault = _fault(folder)
    assert f"problem_types.yml:{line}: types.trottoir_abime.spoken.0" in fault
    assert "trou_chaussee" in fault


def test_an_unknown_service_is_refused(folder: Path) -> None:
    line = _replace(folder / "problem_types.yml", "    service: voirie\n", "    service: plomberie\n")
    assert f"problem_types.yml:{line}: types.trou_chaussee.service: unknown service plomberie" in _fault(
        folder
    )


def test_hours_out_of_order_are_refused(folder: Path) -> None:
    line = _replace(
        folder / "services.yml", 'valeur_heure_fin_1: "17:30:00"', 'valeur_heure_fin_1: "07:30:00"'
    )
    fault = _fault(folder)
    assert f"services.yml:{line}: services.accueil.plage_ouverture.0" in fault
    assert "hours are not in order" in fault


def test_a_street_stands_once(folder: Path) -> None:
    path = folder / "streets.csv"
    n_lines = path.read_text(encoding="utf-8").count("\n")
    with path.open("a", encoding="utf-8") as file:
        file.write("Avenue Bompard,,city\n")
    assert f"streets.csv:{n_lines + 1}: name: « Avenue Bompard » already stands on line" in _fault(folder)


def test_a_landmark_stands_on_a_known_street(folder: Path) -> None:
    line = _replace(folder / "landmarks.yml", 'street: "Place des Arènes"', 'street: "Place du Colisée"')
    assert f"landmarks.yml:{line}: 0.street" in _fault(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "services.yml").unlink()
    assert _fault(folder) == f"{folder / 'services.yml'}:1: the file is missing"


def test_broken_yaml_names_the_line(folder: Path) -> None:
    line = _replace(folder / "city.yml", "name: Nîmes", "name: [Nîmes")
    fault = _fault(folder)
    assert fault.startswith(f"{folder / 'city.yml'}:")
    assert int(fault.split(":")[1]) >= line


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.yml"
    path.write_text("a:\n  b: 1\n  b: 2\n", encoding="utf-8")
    with pytest.raises(CityDataError, match=r"twice\.yml:3: a\.b: stands twice"):
        read_yaml(path)


def test_words_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    path.write_text(
        "hour: 14:00\nanswer: non\nyes: oui\nempty:\nquoted: ''\npostcode: 07000\n", encoding="utf-8"
    )
    assert read_yaml(path).data == {
        "hour": "14:00",
        "answer": "non",
        "yes": "oui",
        "empty": None,
        "quoted": "",
        "postcode": "07000",
    }
