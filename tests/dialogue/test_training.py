"""When the dialogue model is trained, and when not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.rasa_env.train import SOURCES, TrainingError, ensure_trained, fingerprint

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that the model is made of."""
    for source in SOURCES:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source)
        else:
            shutil.copy(ROOT / source, tmp_path / source)
    return tmp_path


@pytest.mark.parametrize("changed", ["config.yml", "domain/report.yml", "nlu_data/nlu/affirm.yml"])
def test_a_change_of_anything_makes_another_model(checkout: Path, changed: str) -> None:
    before = fingerprint(checkout)
    assert fingerprint(checkout) == before
    with (checkout / changed).open("a") as file:
        file.write("# changed\n")
    assert fingerprint(checkout) != before


def test_every_component_of_ours_is_part_of_what_a_model_is_made_of() -> None:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    modules = [part["name"].rpartition(".")[0] for part in pipeline if part["name"].startswith("bot.")]
    assert modules
    assert {f"{module.replace('.', '/')}.py" for module in modules} <= set(SOURCES)


def test_a_new_wording_needs_no_training(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "city").mkdir(exist_ok=True)
    (checkout / "city" / "messages.yml").write_text("utter_greet: {voice: [Salut]}")
    assert fingerprint(checkout) == before


def test_a_model_that_is_there_is_not_trained_again(checkout: Path, tmp_path: Path) -> None:
    models = tmp_path / "var" / "rasa" / "models"
    models.mkdir(parents=True)
    model = models / f"{fingerprint(checkout)}.tar.gz"
    model.touch()
    assert ensure_trained(checkout, tmp_path / "var", Path("/bin/false")) == model


def test_a_failed_training_is_an_error_and_leaves_no_model(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError):
        ensure_trained(checkout, tmp_path / "var", Path("/bin/false"))
    assert not list((tmp_path / "var" / "rasa" / "models").glob("*.tar.gz"))


def test_a_python_that_cannot_be_run_is_named(checkout: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.touch(mode=0o600)
    with pytest.raises(TrainingError, match=f"Permission denied: {python}"):
        ensure_trained(checkout, tmp_path / "var", python)
