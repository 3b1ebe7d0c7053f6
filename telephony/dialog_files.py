"""The dialogs of one worker on disk, so that its successor knows whom it left if it was killed."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from telephony.dialog import Dialog

log = logging.getLogger(__name__)


class DialogFiles:
    """One small file a call, for its owner's eyes only: it names the caller. folder: made when needed.

    Written and deleted in the order that was asked for, on a thread of their own: SIP never waits for a disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = ThreadPoolExecutor(1, "dialogs")

    def keep(self, name: str, dialog: Dialog) -> None:
        """Write it, whole or not at all. It survives this process, not the machine; a failure is logged."""
        self._writer.submit(self._write, name, dialog)

    def drop(self, name: str) -> None:
        self._writer.submit(self._drop, name)

    def settle(self) -> None:
        """Wait until all that was asked for is done."""
        self._writer.submit(lambda: None).result()

    def left(self, max_age_s: float) -> dict[str, Dialog]:
        """What a predecessor left, by the names it gave; what is older or cannot be read is dropped."""
        self.settle()
        for partial in self._folder.glob("*.part"):
            partial.unlink()
        found = {}
        for path in self._folder.glob("*.json"):
            try:
                is_old = time.time() - path.stat().st_mtime > max_age_s
                dialog = _read(path)
            except (OSError, ValueError, TypeError) as error:
                log.warning("dialog_unreadable call_id=%s error=%s", path.stem, type(error).__name__)
                self.drop(path.stem)
                continue
            if is_old:
                self.drop(path.stem)
            else:
                found[path.stem] = dialog
        return found

    def _write(self, name: str, dialog: Dialog) -> None:
        partial = self._path(name, ".part")
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(asdict(dialog), file)
            os.replace(partial, self._path(name))
        except OSError as error:
            log.warning("dialog_not_kept call_id=%s error=%s", name, type(error).__name__)

    def _drop(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(name))

    def _path(self, name: str, suffix: str = ".json") -> str:
        # No Path: pathlib interns each part of one, and the table of those strings doubles in the end.
        return os.path.join(self._folder, f"{name}{suffix}")


def _read(path: Path) -> Dialog:
    values = json.loads(path.read_text(encoding="utf-8"))
    return Dialog(**{**values, "routes": tuple(values["routes"])})
