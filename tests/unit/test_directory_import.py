"""Opening hours out of the administration's directory, in the shapes that it really has."""

from __future__ import annotations

import difflib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from integrations.city import City, load_city
from integrations.directory_import import compare, spoken_slot, write_hours
from integrations.directory_import_file import DirectoryError, read_directory

ROOT = Path(__file__).resolve().parents[2]
API = ROOT / "tests" / "data" / "portals" / "annuaire_api.json"


@pytest.fixture
def city(tmp_path: Path) -> City:
    folder = tmp_path / "nimes"
    shutil.copytree(ROOT / "city" / "nimes", folder)
    return load_city(folder)


def entry(*hours: dict[str, Any], key: str = "mairie-30189-01") -> dict[str, Any]:
    """A service as the export writes it: lists, not strings."""
    return {
        "id": "6f2f5a4e",
        "nom": "Mairie - Nîmes",
        "ancien_code_pivot": key,
        "pivot": [{"type_service_local": "mairie", "code_insee_commune": ["30189"]}],
        "telephone": [{"valeur": "04 65 71 30 00", "description": ""}],
        "plage_ouverture": list(hours),
    }


def hours(first: str, last: str, *times: str, comment: str = "") -> dict[str, Any]:
    padded = [*times, "", "", "", ""]
    return {
        "nom_jour_debut": first,
        "nom_jour_fin": last,
        "valeur_heure_debut_1": padded[0],
        "valeur_heure_fin_1": padded[1],
        "valeur_heure_debut_2": padded[2],
        "valeur_heure_fin_2": padded[3],
        "commentaire": comment,
    }


def written(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "annuaire.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def slots(city: City, path: Path) -> list[str]:
    (change,) = compare(read_directory(path, city), city).changes
    return [spoken_slot(slot) for slot in change.slots]


def test_the_api_s_strings_are_unpacked(city: City) -> None:
    assert slots(city, API) == [
        "lundi-vendredi 08:00-18:00",
        "samedi 09:00-12:00 (Uniquement pour l'état civil)",
    ]


@pytest.mark.parametrize("wrap", [lambda e: {"service": [e]}, lambda e: [e], lambda e: {"results": [e]}])
def test_the_export_s_lists_are_read(city: City, tmp_path: Path, wrap: Any) -> None:
    document = wrap(entry(hours("Tuesday", "Nord/Thursday", "9:00", "12:00", "14:00", "24:00")))
    assert slots(city, written(tmp_path, document)) == ["mardi-jeudi 09:00-12:00 14:00-23:59"]


def test_a_run_over_the_week_s_end_becomes_two(city: City, tmp_path: Path) -> None:
    document = [entry(hours("samedi", "lundi", "09:00:00", "12:00:00"))]
    assert slots(city, written(tmp_path, document)) == [
        "lundi 09:00-12:00",
        "samedi-dimanche 09:00-12:00",
    ]


def test_the_same_hours_written_otherwise_are_no_change(city: City, tmp_path: Path) -> None:
    document = [
        entry(
            *(hours(day, "", "08:30", "17:30") for day in ("Jeudi", "Lundi", "Mardi", "Mercredi", "Vendredi"))
        )
    ]
    found = compare(read_directory(written(tmp_path, document), city), city)
    assert (found.changes, found.same) == ((), ("accueil",))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([entry(key="mairie-30007-01")], "the file has no mairie-30189-01"),
        ([entry() | {"plage_ouverture": "[{"}], "the file has no mairie-30189-01"),
        ([entry()], "has no hours"),
        ([entry(hours("Lundi", "Lundi", "", ""))], "has no hours"),
        ([entry(hours("Lundi", "Lundi", "12:00", "09:00"))], "hours are not in order"),
        ([entry(hours("Lundi", "Lundi", "9h", "12h"))], "unknown hour"),
        ([entry(hours("Lundy", "Lundi", "09:00", "12:00"))], "unknown day"),
    ],
)
def test_nonsense_is_told_and_changes_nothing(
    city: City, tmp_path: Path, document: list[Any], reason: str
) -> None:
    found = compare(read_directory(written(tmp_path, document), city), city)
    assert found.changes == ()
    (fault,) = found.faults
    assert fault.code == "accueil"
    assert reason in fault.reason


@pytest.mark.parametrize(
    "content",
    ["", "<html>", "{}", "[]", "[1, 2]", '{"results": null}', '[{"id": "x"}', '[{"id": "x"}, ', "[{]"],
)
def test_another_file_is_refused(city: City, tmp_path: Path, content: str) -> None:
    path = tmp_path / "annuaire.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DirectoryError):
        read_directory(path, city)


def test_only_the_hours_are_written(city: City) -> None:
    path = city.folder / "services.yml"
    before = path.read_text("utf-8").splitlines()
    found = compare(read_directory(API, city), city)
    write_hours(found, city)
    after = path.read_text("utf-8").splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert [line[:2] for line in changed] == ["- ", "+ ", "+ "]
    assert 'debut_1: "08:30:00"' in changed[0]
    again = load_city(city.folder)
    assert again.services["accueil"].plage_ouverture == found.changes[0].slots
    assert {code: s for code, s in again.services.items() if code != "accueil"} == {
        code: s for code, s in city.services.items() if code != "accueil"
    }
    assert compare(read_directory(API, city), again).changes == ()


def test_entries_that_services_may_be_are_suggested(city: City) -> None:
    suggested = {each.code: each.directory for each in compare(read_directory(API, city), city).suggestions}
    assert suggested["ccas"] == "ccas-30189-01"
    assert "mairie-30007-01" not in suggested.values()


def test_the_command_shows_and_writes(city: City) -> None:
    command = ["city", "import-directory", str(API), "--city", str(city.folder)]
    before = (city.folder / "services.yml").read_bytes()
    tried = CliRunner().invoke(app, [*command, "--dry-run"])
    assert (tried.exit_code, (city.folder / "services.yml").read_bytes()) == (0, before)
    assert "+ lundi-vendredi 08:00-18:00" in tried.output
    assert "1 services would change" in tried.output
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "1 services changed" in done.output) == (0, True)
    assert "0 services changed, 1 confirmed" in CliRunner().invoke(app, command).output


def test_the_command_fails_well(city: City, tmp_path: Path) -> None:
    path = tmp_path / "annuaire.json"
    path.write_text("{}", encoding="utf-8")
    failed = CliRunner().invoke(app, ["city", "import-directory", str(path), "--city", str(city.folder)])
    assert failed.exit_code == 1
    assert "no list of services" in failed.output
    empty = CliRunner().invoke(app, ["city", "import-directory", str(API), "--city", str(tmp_path)])
    assert (empty.exit_code, "city.yml" in empty.output) == (1, True)
