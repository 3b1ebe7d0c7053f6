"""Copies one database to a file and back, whatever kind it is.

SQLite is copied page by page while others write; PostgreSQL by its own tools, which must be installed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

PAGES_AT_ONCE = 1000
PAUSE_S = 0.01


class BackupError(Exception):
    """A backup could not be made, or cannot be used; the message says why."""


def suffix(url: str) -> str:
    """How the file of a database is called at its end."""
    return ".db" if _is_sqlite(url) else ".dump"


def dump(url: str, path: Path) -> None:
    """Write a consistent copy to `path`, which only its owner may read. Raises BackupError."""
    path.touch(mode=0o600)
    if _is_sqlite(url):
        _copy_sqlite(_file_of(url), path)
        return
    _run("pg_dump", make_url(url), "--format=custom", "--no-owner", "--no-privileges", "--file", str(path))


def load(url: str, path: Path) -> None:
    """Put what `dump` wrote in the place of what the database holds now. Raises BackupError."""
    if _is_sqlite(url):
        target = _file_of(url)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        # Copying into the database, rather than over its file, keeps it whole for whoever has it open.
        _copy_sqlite(path, target)
        return
    whole = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction")
    _run("pg_restore", make_url(url), *whole, "--exit-on-error", str(path))


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there, pages=PAGES_AT_ONCE, sleep=PAUSE_S)
            (verdict,) = there.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{source.name} cannot be copied: {error}") from error
    if verdict != "ok":
        raise BackupError(f"{source.name} is damaged: {verdict}")


def _run(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed: apt-get install postgresql-client")
    # The password never stands in a command line, which everybody on the machine can read.
    environment = {**os.environ, "PGPASSWORD": url.password or ""} if url.password else dict(os.environ)
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    finished = subprocess.run(
        [found, "--dbname", address, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise BackupError(f"{program} failed: {finished.stderr.strip()[-500:]}")


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")
