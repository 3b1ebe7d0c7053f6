"""Call-backs that the database could not take, kept in a file until it can."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from integrations.desk_types import NewCallback

File = Callable[[NewCallback, datetime], Awaitable[object]]


class CallbackSpool:
    """A file of one JSON document a line, readable by its owner only. Each process needs its own path.

    What was filed is filed once: the desk knows the same wish of the same conversation again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()

    async def keep(self, callback: NewCallback, requested_at: datetime) -> None:
        """Write a call-back to the disk before returning. Raises OSError."""
        line = json.dumps(
            {
                "conversation_id": callback.conversation_id,
                "phone": callback.phone,
                "service": callback.service,
                "reason": callback.reason,
                "due_at": callback.due_at.isoformat(),
                "caller_name": callback.caller_name,
                "requested_at": requested_at.isoformat(),
            }
        )
        async with self._lock:
            await asyncio.to_thread(self._append, line)

    async def hand_over(self, file: File) -> int:
        """File what is kept, oldest first, and forget it; return how many. The first error ends it, raised.

        file: `Desk.request_callback`.
        """
        if not self._path.exists():
            return 0
        async with self._lock:
            lines = await asyncio.to_thread(self._read)
            n_filed = 0
            try:
                for line in lines:
                    callback, requested_at = _parse(line)
                    await file(callback, requested_at)
                    n_filed += 1
            finally:
                await asyncio.to_thread(self._rewrite, lines[n_filed:])
            return n_filed

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> list[str]:
        # The last line may be half: the process died while it wrote, before anything was promised.
        whole, _, _ = self._path.read_text(encoding="ascii").rpartition("\n")
        return whole.splitlines()

    def _rewrite(self, lines: list[str]) -> None:
        if not lines:
            self._path.unlink()
            return
        aside = self._path.with_name(f"{self._path.name}.new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)


def _parse(line: str) -> tuple[NewCallback, datetime]:
    fields: dict[str, Any] = json.loads(line)
    requested_at = datetime.fromisoformat(fields.pop("requested_at"))
    due_at = datetime.fromisoformat(fields.pop("due_at"))
    return NewCallback(**fields, due_at=due_at), requested_at
