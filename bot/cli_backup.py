"""`callbot backup` and `callbot restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot.backup import archive
from bot.backup.databases import BackupError
from bot.backup.marker import note_backup
from bot.backup.parts import parts_of
from bot.cli_privacy import BY, open_eraser
from bot.settings import Settings
from bot.store.conversations import MIGRATIONS
from bot.supervise.control import Supervisor
from integrations.database import migrate, open_database
from integrations.desk_restored import mark_restored
from integrations.settings import Settings as IntegrationsSettings
from integrations.wiring import open_desk_database

console = Console(highlight=False, soft_wrap=True)

Folder = Annotated[Path, typer.Argument(help="where backups go; another disk, better another house")]
Backup = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="a folder that `backup` made")]


def backup(folder: Folder) -> None:
    """Copy databases, files and keys while calls go on.

    It holds callers' data: keep it as safe as the original.
    """
    try:
        parts = parts_of(Settings(), IntegrationsSettings())
        made = archive.create(parts, folder, datetime.now(UTC))
        note_backup(parts.var_dir, made.absolute())
    except BackupError as error:
        _fail(error)
    size_bytes = sum(path.stat().st_size for path in made.iterdir())
    console.print(f"{made} ({size_bytes / 1e6:.1f} MB)")


def restore(
    backup_folder: Backup,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Put a backup in the place of what is there now; the callbot must be stopped.

    What waited for the city's system then is looked for there before it is sent. What was erased after the
    backup was made is erased again.
    """
    settings, desk = Settings(), IntegrationsSettings()
    try:
        archive.verify(backup_folder)
        if Supervisor(settings.var_dir / "run" / "supervisord.sock").is_running():
            raise BackupError("the callbot is running: stop it first")
        if not yes:
            typer.confirm(f"Replace everything by {backup_folder.name}?", abort=True)
        archive.restore(parts_of(settings, desk), backup_folder)
    except BackupError as error:
        _fail(error)
    migrate(open_database(settings.conversations_url), MIGRATIONS)
    n_waiting = mark_restored(open_desk_database(desk))
    open_eraser().replay(BY, datetime.now(UTC))
    console.print(f"Restored. {n_waiting} deliveries will be looked for before they are sent.")


def _fail(error: BackupError) -> NoReturn:
    console.print(f"error: {error}", style="red")
    raise typer.Exit(1) from error
