"""One command checks a city's folder before it is put into service."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from integrations.city_check import faults

ROOT = Path(__file__).parents[2]
NIMES = ROOT / "city" / "nimes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NIMES, tmp_path / "nimes"))


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; return its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_nimes_has_no_fault() -> None:
    assert faults(NIMES) == []


@pytest.mark.parametrize(
    ("file_name", "old", "new", "field"),
    [
        ("city.yml", "insee: ", "insee: x", "insee"),
        ("services.yml", "nom_jour_fin: vendredi", "nom_jour_fin: vendrdi", "plage_ouverture"),
        ("problem_types.yml", "priority: ", "priority: 7", "priority"),
        ("landmarks.yml", "kind: monument", "kind: monumant", "kind"),
        ("authorities.yml", "    say: ", "    sai: ", "sai"),
        ("procedures/sport.yml", "where: sports", "where: sporrts", "where"),
        ("procedures/sport.yml", '"Une preuve pour', '"Un justificatif pour', "documents"),
    ],
)
def test_a_fault_names_file_line_and_field(
    folder: Path, file_name: str, old: str, new: str, field: str
) -> None:
    line = spoil(folder / file_name, old, new)
    found = faults(folder)
    assert any(f"{file_name}:{line}: " in fault and field in fault for fault in found), found


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "messages.yml").unlink()
    assert faults(folder) == [f"{folder / 'messages.yml'}:1: the file is missing"]


def test_the_command_fails_on_a_fault_and_tells_it(folder: Path) -> None:
    spoil(folder / "streets.csv", ",osm", ",osn")
    done = subprocess.run(
        [sys.executable, "-m", "integrations.city_check", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "streets.csv:2: source: " in done.stdout
