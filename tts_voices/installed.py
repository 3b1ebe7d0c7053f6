"""Which models are installed, and whether their files are still what they were when installed.

Every installed model's folder holds `installed.json`: the SHA-256 and size of each file as verified
against voices.yml, or as built here. Verifying reads every byte, about half a second per 250 MB.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.call.errors import ModelError
from tts_voices.catalogue import Catalogue, FileSpec, Model, Role, load_catalogue

RECORD_NAME = "installed.json"
REMEDY = "run `make models`"


class InstalledFile(BaseModel):
    sha256: str
    size_bytes: int


class Record(BaseModel):
    """Written once every file of a model is in place."""

    files: dict[str, InstalledFile]


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A verified model. folder: holds the files of `model.files` and `model.built`."""

    model: Model
    folder: Path


@dataclass(frozen=True, slots=True)
class InstalledModels:
    """What a call runs on."""

    recognizer: InstalledModel
    synthesizer: InstalledModel


def resolve_models(models_dir: Path, recognizer: str = "", synthesizer: str = "") -> InstalledModels:
    """Verify and return the preferred installed model of each role.

    recognizer, synthesizer: a model's name in voices.yml, "" for the first of its role that is installed.
    Raises ModelError, with the remedy, if one is missing, cut short or altered.
    """
    catalogue = load_catalogue()
    return InstalledModels(
        recognizer=_resolve(catalogue, "recognizer", models_dir, recognizer),
        synthesizer=_resolve(catalogue, "synthesizer", models_dir, synthesizer),
    )


def resolve_model(models_dir: Path, name: str) -> InstalledModel:
    """Verify and return one model by its name in voices.yml; raises ModelError as above."""
    return _verified(load_catalogue().named(name), models_dir)


def problem_of(model: Model, folder: Path) -> str:
    """Say in a few words what is wrong with an installed model, "" if nothing is."""
    try:
        record = Record.model_validate_json((folder / RECORD_NAME).read_bytes())
    except (OSError, ValidationError):
        return "not installed"
    for path in (*model.files, *model.built):
        known = record.files.get(path)
        spec = model.files.get(path)
        if known is None or (spec is not None and not _agrees(known, spec)):
            return f"{path} is from another version"
        problem = file_problem(folder / path, FileSpec(sha256=known.sha256, size_bytes=known.size_bytes))
        if problem:
            return f"{path} {problem}"
    return ""


def file_problem(path: Path, spec: FileSpec) -> str:
    """Say what is wrong with one file, "" if nothing is."""
    try:
        size_bytes = path.stat().st_size
    except OSError:
        return "is missing"
    if size_bytes < spec.size_bytes:
        return f"is cut short ({size_bytes} of {spec.size_bytes} bytes)"
    algorithm = "sha256" if spec.sha256 else "md5"
    if size_bytes > spec.size_bytes or checksum(path, algorithm) != (spec.sha256 or spec.md5):
        return "has been altered"
    return ""


def checksum(path: Path, algorithm: str = "sha256") -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _agrees(known: InstalledFile, spec: FileSpec) -> bool:
    return known.size_bytes == spec.size_bytes and spec.sha256 in {"", known.sha256}


def _resolve(catalogue: Catalogue, role: Role, models_dir: Path, name: str) -> InstalledModel:
    if name:
        try:
            chosen = catalogue.named(name)
        except KeyError as error:
            raise ModelError(str(error.args[0])) from error
        if chosen.role != role:
            raise ModelError(f"{name} is no {role}")
        return _verified(chosen, models_dir)
    for model in catalogue.of_role(role):
        if (models_dir / model.name / RECORD_NAME).exists():
            return _verified(model, models_dir)
    raise ModelError(f"no {role} is installed in {models_dir}: {REMEDY}")


def _verified(model: Model, models_dir: Path) -> InstalledModel:
    folder = models_dir / model.name
    problem = problem_of(model, folder)
    if problem:
        remedy = REMEDY if model.role != "test" else "run `python -m tts_voices.fetch --only contract`"
        raise ModelError(f"model {model.name}: {problem}; {remedy}")
    return InstalledModel(model, folder)
