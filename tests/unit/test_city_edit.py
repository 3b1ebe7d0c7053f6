"""Values of hand-written YAML change; all the rest stays as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.city_edit import EditError, change_values
from integrations.city_yaml import CityDataError, read_yaml

DOCUMENT = """\
# Les services.
services:
  accueil:
    name: Accueil  # tout le monde
    names: [la mairie, "l'accueil"]
    plage_ouverture:
      # la semaine
      - {jour: lundi, debut: "08:30:00"}
      - {jour: mardi, debut: "08:30:00"}

    # le standard
    phone: 04 65 71 30 00

  voirie:
    name: "Voirie : les « trous »"
    long: >
      deux lignes
      d'un texte
    answers:
      - les trous
      - les bosses
# fin
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "services.yml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def test_scalars_lists_and_blocks_change_and_nothing_else(path: Path) -> None:
    change_values(
        path,
        {
            ("services", "accueil", "name"): 'Accueil « de "tous" » : ici # là',
            ("services", "accueil", "names"): ["la ville", "mairie, s'il vous plaît"],
            ("services", "accueil", "plage_ouverture"): [{"jour": "jeudi", "debut": "09:00:00"}],
            ("services", "voirie", "answers"): [],
        },
    )
    assert path.read_text(encoding="utf-8") == DOCUMENT.replace(
        "name: Accueil  #", 'name: "Accueil « de \\"tous\\" » : ici # là"  #'
    ).replace("""[la mairie, "l'accueil"]""", """["la ville", "mairie, s'il vous plaît"]""").replace(
        """
      # la semaine
      - {jour: lundi, debut: "08:30:00"}
      - {jour: mardi, debut: "08:30:00"}""",
        """
      - {jour: "jeudi", debut: "09:00:00"}""",
    ).replace(
        """answers:
      - les trous
      - les bosses""",
        "answers: []",
    )


def test_new_fields_come_last(path: Path) -> None:
    change_values(
        path,
        {
            ("services", "accueil", "directory"): "mairie-30189-01",
            ("services", "voirie", "url"): "https://nimes.example/#trous",
        },
    )
    changed = read_yaml(path)
    assert changed.data["services"]["accueil"]["directory"] == "mairie-30189-01"
    assert changed.data["services"]["voirie"]["url"] == "https://nimes.example/#trous"
    assert '    phone: 04 65 71 30 00\n    directory: "mairie-30189-01"\n\n  voirie:' in path.read_text(
        "utf-8"
    )
    kept = [
        line for line in path.read_text("utf-8").splitlines() if "directory" not in line and "url" not in line
    ]
    assert kept == DOCUMENT.splitlines()


def test_folded_text_is_replaced_whole(path: Path) -> None:
    change_values(path, {("services", "voirie", "long"): "court"})
    assert read_yaml(path).data["services"]["voirie"]["long"] == "court"
    assert "d'un texte" not in path.read_text("utf-8")
    assert read_yaml(path).data["services"]["voirie"]["answers"] == ["les trous", "les bosses"]


@pytest.mark.parametrize(
    ("location", "value"),
    [
        (("services", "nobody", "name"), "x"),
        (("services", "accueil", "name", "deeper"), "x"),
        (("services", "accueil", "plage_ouverture", 0, "jour"), "x"),
        (("services", "accueil", "names"), ["~", 1]),
    ],
)
def test_what_cannot_be_written_leaves_the_file_alone(
    path: Path, location: tuple[str | int, ...], value: str | list[str]
) -> None:
    with pytest.raises(EditError):
        change_values(path, {location: value})
    assert path.read_text(encoding="utf-8") == DOCUMENT
    assert [each.name for each in path.parent.iterdir()] == ["services.yml"]


def test_a_missing_or_broken_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CityDataError):
        change_values(tmp_path / "none.yml", {("a",): "b"})


def test_every_line_of_the_real_files_survives(tmp_path: Path) -> None:
    folder = Path(__file__).resolve().parents[2] / "city" / "nimes"
    for source in (folder / "services.yml", *sorted((folder / "procedures").glob("*.yml"))):
        section = "services" if source.name == "services.yml" else "procedures"
        copied = tmp_path / source.name
        copied.write_bytes(source.read_bytes())
        codes = list(read_yaml(source).data[section])
        change_values(copied, {(section, code, "source"): "ici" for code in codes})
        before = [line for line in source.read_text("utf-8").splitlines() if "    source:" not in line]
        after = [line for line in copied.read_text("utf-8").splitlines() if "    source:" not in line]
        assert after == before
