"""Backups are taken while others write, found to be whole, and put back."""

from __future__ import annotations

import shutil
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.backup.archive import create, restore, verify
from bot.backup.databases import BackupError
from bot.backup.parts import Parts, parts_of
from bot.settings import Settings
from integrations.database import migrate, open_database, writing
from integrations.desk import Desk
from integrations.desk_models import OutboxRow, ReportRow
from integrations.desk_restored import SKIPPED_REFERENCES, mark_restored
from integrations.settings import Settings as IntegrationsSettings
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import MemoryBackend
from tests.unit.test_desk_filing import REPORT

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    """A desk with one report, a key and a recording."""
    var_dir = tmp_path / "var"
    (var_dir / "recordings").mkdir(parents=True)
    (var_dir / "recordings" / "c1.wav").write_bytes(b"sound")
    (var_dir / "agents.key").write_text("secret")
    (var_dir / "log").mkdir()
    (var_dir / "log" / "bot.log").write_text("nothing to keep")
    with fresh_database(request.param, tmp_path) as url:
        yield Parts({"desk": url}, var_dir)


async def file_report(parts: Parts, conversation: str) -> str:
    """File a report; returns its reference."""
    engine = open_database(parts.databases["desk"])
    migrate(engine, DESK_MIGRATIONS)
    desk = Desk(engine, MemoryBackend(), "NIM")
    reference = await desk.file_report(replace(REPORT, conversation_id=conversation), NOW)
    engine.dispose()
    return reference


def outbox(parts: Parts) -> list[tuple[str, bool]]:
    """Reference of each delivery, and whether it is in doubt."""
    engine = open_database(parts.databases["desk"])
    with Session(engine) as session:
        rows = session.execute(select(OutboxRow.reference, OutboxRow.in_doubt).order_by(OutboxRow.id)).all()
    engine.dispose()
    return [(reference, in_doubt) for reference, in_doubt in rows]


async def test_what_was_there_comes_back_and_nothing_else(parts: Parts, tmp_path: Path) -> None:
    kept = await file_report(parts, "before")
    backup = create(parts, tmp_path / "backups", NOW)
    await file_report(parts, "after")
    (parts.var_dir / "agents.key").write_text("another")
    (parts.var_dir / "recordings" / "c2.wav").write_bytes(b"later")

    restore(parts, backup)

    assert outbox(parts) == [(kept, False)]
    assert (parts.var_dir / "agents.key").read_text() == "secret"
    assert [path.name for path in (parts.var_dir / "recordings").iterdir()] == ["c1.wav"]
    assert backup.name == "callbot-2026-11-25T030000Z"


async def test_what_waited_is_looked_for_and_references_go_on_further(parts: Parts, tmp_path: Path) -> None:
    kept = await file_report(parts, "before")
    backup = create(parts, tmp_path / "backups", NOW)
    lost = await file_report(parts, "after")
    restore(parts, backup)
    engine = open_database(parts.databases["desk"])
    assert mark_restored(engine) == 1
    engine.dispose()
    assert outbox(parts) == [(kept, True)]
    new = await file_report(parts, "later")
    assert new not in (kept, lost)
    assert int(new.split()[2]) == int(kept.split()[2]) + SKIPPED_REFERENCES + 1


async def test_what_was_erased_since_is_not_forgotten(parts: Parts, tmp_path: Path) -> None:
    ledger = parts.var_dir / "privacy" / "erasures.jsonl"
    ledger.parent.mkdir()
    ledger.write_text("one\n")
    await file_report(parts, "before")
    backup = create(parts, tmp_path / "backups", NOW)
    ledger.write_text("one\ntwo\n")
    restore(parts, backup)
    assert ledger.read_text() == "one\ntwo\n"
    shutil.rmtree(ledger.parent)
    restore(parts, backup)
    assert ledger.read_text() == "one\n"


async def test_only_its_owner_reads_a_backup_and_no_log_is_in_it(parts: Parts, tmp_path: Path) -> None:
    await file_report(parts, "before")
    backup = create(parts, tmp_path / "backups", NOW)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    dumps = [path for path in backup.iterdir() if path.name != "manifest.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in dumps} == {0o600}
    with tarfile.open(backup / "files.tar") as archive:
        assert archive.getnames() == ["agents.key", "recordings/c1.wav"]


async def test_a_backup_that_was_cut_short_replaces_nothing(parts: Parts, tmp_path: Path) -> None:
    await file_report(parts, "before")
    backup = create(parts, tmp_path / "backups", NOW)
    kept = await file_report(parts, "after")
    (dumped,) = backup.glob("desk.*")
    dumped.write_bytes(dumped.read_bytes()[:-100])
    with pytest.raises(BackupError, match=r"desk\.\w+ is not what was written"):
        restore(parts, backup)
    assert kept in {reference for reference, _ in outbox(parts)}


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is no backup"):
        verify(tmp_path)


async def test_a_database_that_cannot_be_read_leaves_no_backup(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"not a database" * 1000)
    parts = Parts({"desk": f"sqlite:///{tmp_path / 'desk.db'}"}, tmp_path / "var")
    with pytest.raises(BackupError, match="cannot be copied"):
        create(parts, tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


async def test_it_is_taken_while_others_write(tmp_path: Path) -> None:
    parts = Parts({"desk": f"sqlite:///{tmp_path / 'desk.db'}"}, tmp_path / "var")
    await file_report(parts, "first")
    engine = open_database(parts.databases["desk"])
    with writing(engine) as session:
        session.execute(text("update reports set description = 'being written'"))
        backup = create(parts, tmp_path / "backups", NOW)
    engine.dispose()
    restored = Parts({"desk": f"sqlite:///{tmp_path / 'restored.db'}"}, tmp_path / "restored")
    restore(restored, backup)
    engine = open_database(restored.databases["desk"])
    with Session(engine) as session:
        assert session.scalar(select(ReportRow.description)) == REPORT.description
    engine.dispose()


def test_tables_that_share_a_database_are_copied_once(tmp_path: Path) -> None:
    url = "postgresql://callbot@db/callbot"
    parts = parts_of(
        Settings(var_dir=tmp_path, database_url=url), IntegrationsSettings(var_dir=tmp_path, database_url=url)
    )
    assert list(parts.databases) == ["desk", "backend", "trackers"]
