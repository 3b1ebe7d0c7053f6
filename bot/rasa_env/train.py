"""Trains the dialogue model when anything it is made of has changed, and only then."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import IO

import yaml

from bot.learn.folder import LearnedFolder
from bot.learn.known import merged, read_examples
from bot.rasa_env.catalogue_said import CITY
from bot.rasa_env.name_examples import examples, listed_names
from bot.rasa_env.names_pattern import names_pattern

# What the model is made of, beside the version of Rasa itself.
SOURCES = (
    "config.yml",
    "domain",
    "nlu_data/nlu",
    "nlu_data/rules",
    "nlu_data/lookups",
    "nlu_data/names",
    f"{CITY}/procedures",
    f"{CITY}/authorities.yml",
    "requirements/rasa.lock",
    "bot/rasa_env/catalogue_likeness.py",
    "bot/rasa_env/catalogue_said.py",
    "bot/rasa_env/name_examples.py",
    "bot/rasa_env/names_pattern.py",
    "bot/rasa_env/pairs_entity_extractor.py",
    "bot/rasa_env/typed_synonym_mapper.py",
    "bot/rasa_env/weighted_words_classifier.py",
    "bot/rasa_env/word_classes.py",
)
# Names, one a line, and the entity that each list helps to find (first names: of a person_name).
LOOKUPS = {
    "lookups/streets.txt": "street",
    "lookups/landmarks.txt": "landmark",
    "lookups/problem_types.txt": "problem_type",
    "lookups/services.txt": "service",
    "names/procedures.txt": "procedure",
    "names/districts.txt": "district",
    "names/people.txt": "person_name",
    "names/first_names.txt": "first_name",
}
KEPT_MODELS = 3


class TrainingError(Exception):
    """The model could not be trained; the message says where Rasa's own explanation is."""


def ensure_trained(
    root: Path, var_dir: Path, rasa_python: Path, learned: Sequence[Path] | None = None
) -> Path:
    """Return the model of the present sources, trained now if there is none yet.

    root: the checkout. rasa_python: the interpreter of the Rasa environment. learned: files of examples; what
    is in effect in `var_dir` when None. Progress is printed. Raises TrainingError.
    """
    if learned is None:
        learned = learned_in_effect(var_dir)
    models_dir = var_dir.resolve() / "rasa" / "models"
    models_dir.mkdir(parents=True, exist_ok=True)
    # Two processes that want the same model train it once.
    with (models_dir / "training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        name = fingerprint(root, learned)
        model = models_dir / f"{name}.tar.gz"
        if model.exists():
            # The models kept are those used last.
            model.touch()
            return model
        lookups = _write_lookups(root, var_dir.resolve() / "rasa" / "lookups")
        _write_learned(learned, lookups / "learned.yml")
        print("Training the dialogue model, some minutes; this happens once per change.", flush=True)
        # Rasa writes the archive in place: under another name, an interrupted training leaves no half model.
        # Not ".part": Rasa would take it for a suffix and drop it.
        part = f"{name}-part"
        _train(root, rasa_python, lookups, models_dir, part)
        (models_dir / f"{part}.tar.gz").rename(model)
        _forget_old_models(models_dir, keep=model)
        return model


def learned_in_effect(var_dir: Path) -> list[Path]:
    """What people taught this callbot, beside the checkout."""
    folder = LearnedFolder(var_dir.resolve() / "learned")
    return folder.examples(folder.in_effect())


def fingerprint(root: Path, learned: Sequence[Path] = ()) -> str:
    """Return 16 hex digits that change whenever the model would."""
    digest = hashlib.sha256()
    for path in _source_files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for content in sorted(hashlib.sha256(path.read_bytes()).digest() for path in learned):
        digest.update(content)
    return digest.hexdigest()[:16]


def rasa_environment(var_dir: Path) -> dict[str, str]:
    """Return what any Rasa process needs in its environment."""
    return {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(var_dir.resolve() / "rasa" / "cache"),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _source_files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file())
        else:
            yield path


def _write_lookups(root: Path, folder: Path) -> Path:
    """Write the city's lists of names as patterns for Rasa, which must be YAML, and return the folder.

    Sentences made of the same names go with them.
    """
    # What an earlier version wrote there would be learned, too.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = {
        entity: (root / "nlu_data" / file_name).read_text(encoding="utf-8").split("\n")
        for file_name, entity in LOOKUPS.items()
    }
    named = {entity: [name.strip() for name in lines if name.strip()] for entity, lines in names.items()}
    # The city's list of places has the districts too; for a caller they are no landmark.
    named["landmark"] = [name for name in named["landmark"] if not _is_district(name, named["district"])]
    (folder / "examples.yml").write_text(examples(named), encoding="utf-8")
    for entity, lines in named.items():
        pattern = names_pattern(listed_names(entity, lines))
        text = f'version: "3.1"\nnlu:\n  - regex: {entity}\n    examples: |\n      - {pattern}\n'
        (folder / f"{entity}.yml").write_text(text, encoding="utf-8")
    return folder


def _write_learned(learned: Sequence[Path], file: Path) -> None:
    if not learned:
        file.unlink(missing_ok=True)
        return
    try:
        file.write_text(merged(read_examples(learned)), encoding="utf-8")
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(
            f"var/learned is damaged ({type(error).__name__}): `callbot learn rollback` drops its last run"
        ) from error


def _is_district(name: str, districts: Container[str]) -> bool:
    without_articles = re.sub(
        r"^(?:(?:le |la |les |l')|(?:quartier|village|zone) (?:de la |du |des |de )?)+", "", name
    )
    return name in districts or without_articles in districts


def _train(root: Path, rasa_python: Path, lookups: Path, models_dir: Path, name: str) -> None:
    command = [
        *(str(rasa_python), "-m", "rasa", "train"),
        *("--config", "config.yml", "--domain", "domain"),
        *("--data", "nlu_data/nlu", "nlu_data/rules", str(lookups)),
        *("--out", str(models_dir), "--fixed-model-name", name),
        # It reads all sentences once more to compare names; our own tests do.
        "--skip-validation",
        # To look for parts that need no training costs half a minute, and there are none: what the model is
        # made of has changed.
        "--force",
    ]
    environment = {**os.environ, **rasa_environment(models_dir.parents[1])}
    try:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise TrainingError(
            f"Rasa's Python cannot be run ({error.strerror}: {rasa_python}): see deploy/README.md"
        ) from error
    with process:
        assert process.stdout is not None, "it was asked for"
        try:
            last_lines = _show_progress(process.stdout)
        except KeyboardInterrupt:
            process.terminate()
            raise
    if process.returncode != 0:
        raise TrainingError("rasa train failed:\n" + "\n".join(last_lines))


def _show_progress(output: IO[str]) -> list[str]:
    """Print which part is being trained, and return the last lines of what Rasa said.

    Rasa also warns about every sentence that only actions say: that tells nobody anything.
    """
    last_lines: deque[str] = deque(maxlen=40)
    for line in output:
        last_lines.append(line.rstrip())
        part = re.search(r"Starting to train component '(?:\w+\.)*(\w+)'", line)
        if part:
            print(f"  {part[1]}", flush=True)
    return list(last_lines)


def _forget_old_models(models_dir: Path, keep: Path) -> None:
    models = sorted(models_dir.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [model for model in models if model != keep][KEPT_MODELS - 1 :]:
        old.unlink()


def main() -> None:
    """Train if need be and print the path of the model."""
    root = Path(__file__).resolve().parents[2]
    var_dir = Path(os.environ.get("CALLBOT_VAR_DIR", root / "var"))
    try:
        print(ensure_trained(root, var_dir, root / ".venv-rasa" / "bin" / "python"))
    except TrainingError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
