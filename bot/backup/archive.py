"""A backup is a folder: a manifest with checksums, one file per database, one archive of files."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.backup.databases import BackupError, dump, load, suffix
from bot.backup.parts import KEPT, Parts

MANIFEST = "manifest.json"
FILES = "files.tar"
FORMAT = 1
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup. name: which database, "" for the archive of files."""

    file: str
    name: str
    kind: str
    size_bytes: int
    sha256: str


def create(parts: Parts, folder: Path, now: datetime) -> Path:
    """Write a backup into `folder` and return its own folder. Raises BackupError; then nothing is left."""
    final = folder / f"callbot-{now:%Y-%m-%dT%H%M%SZ}"
    if final.exists():
        raise BackupError(f"{final} exists already")
    partial = final.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        entries = [_dump(name, url, partial) for name, url in parts.databases.items()]
        entries.append(_pack(parts, partial))
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "entries": [asdict(entry) for entry in entries],
        }
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        partial.rename(final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return final


def verify(backup: Path) -> list[Entry]:
    """Check a backup against its manifest. Raises BackupError naming the first file that is not right."""
    try:
        manifest = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        entries = [Entry(**each) for each in manifest["entries"]]
        version = manifest["format"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{backup} is no backup: {type(error).__name__}") from error
    if version != FORMAT:
        raise BackupError(f"{backup} has format {version}, this callbot reads {FORMAT}")
    for entry in entries:
        path = backup / Path(entry.file).name
        if not path.is_file():
            raise BackupError(f"{entry.file} is missing")
        if _sha256(path) != entry.sha256:
            raise BackupError(f"{entry.file} is not what was written: it has been cut short or changed")
    return entries


def restore(parts: Parts, backup: Path) -> None:
    """Put a verified backup in the place of what is there. Raises BackupError before it changes anything."""
    entries = verify(backup)
    for entry in entries:
        if entry.name and entry.name not in parts.databases:
            raise BackupError(f"this callbot has no database called {entry.name}")
        if entry.name and entry.kind != _kind(parts.databases[entry.name]):
            raise BackupError(f"{entry.name} was a {entry.kind} database and is not now")
    for entry in entries:
        if entry.name:
            load(parts.databases[entry.name], backup / entry.file)
        else:
            _unpack(backup / entry.file, parts)


def _dump(name: str, url: str, folder: Path) -> Entry:
    path = folder / f"{name}{suffix(url)}"
    dump(url, path)
    return _entry(path, name, _kind(url))


def _pack(parts: Parts, folder: Path) -> Entry:
    path = folder / FILES
    path.touch(mode=0o600)
    with tarfile.open(path, "w") as archive:
        for relative in parts.files():
            try:
                archive.add(parts.var_dir / relative, str(relative), recursive=False)
            except FileNotFoundError:
                continue  # retention was faster
    return _entry(path, "", "files")


def _unpack(path: Path, parts: Parts) -> None:
    is_kept = (parts.var_dir / KEPT).exists()
    for relative in parts.files():
        if relative.parts[0] != KEPT:
            (parts.var_dir / relative).unlink(missing_ok=True)
    with tarfile.open(path) as archive:
        wanted = [each for each in archive if not (is_kept and Path(each.name).parts[0] == KEPT)]
        archive.extractall(parts.var_dir, wanted, filter="data")


def _entry(path: Path, name: str, kind: str) -> Entry:
    return Entry(path.name, name, kind, path.stat().st_size, _sha256(path))


def _kind(url: str) -> str:
    return str(make_url(url).get_backend_name())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
