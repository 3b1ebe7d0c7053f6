"""What was erased, kept apart from the databases, so that it is erased again when a backup brings it back.

Keyed hashes: without the key beside it the ledger tells no number, and with it only whether a known one is in
it. A backup of `var/` must leave `var/privacy/` where it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from integrations.keys import embedded_key

LEDGER = "erasures.jsonl"
KEY = "ledger.key"
_SHOWN = 16


class Subject(StrEnum):
    """What an erasure was about."""

    NUMBER = "number"
    CONVERSATION = "conversation"


class ErasureLedger:
    """The ledger of one folder; made with the first entry. Blocks; raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hash(self, subject: Subject, value: str) -> str:
        """The keyed hash under which a number (canonical) or a conversation is known."""
        key = embedded_key(self._folder, KEY).encode()
        return hmac.new(key, f"{subject}:{value}".encode(), hashlib.sha256).hexdigest()

    def shown(self, subject: Subject, value: str) -> str:
        """As much of the hash as tells one erasure from another."""
        return self.hash(subject, value)[:_SHOWN]

    def add(self, subject: Subject, value: str, now: datetime) -> None:
        """Write an erasure down, on the disk before this returns: before anything is erased."""
        line = json.dumps({"at": now.isoformat(), "kind": subject, "hash": self.hash(subject, value)}) + "\n"
        path = self._folder / LEDGER
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def hashes(self, subject: Subject) -> frozenset[str]:
        """All that was ever erased, as `hash` writes it."""
        try:
            lines = (self._folder / LEDGER).read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return frozenset()
        # Half a line was never promised: the process died while it wrote.
        entries = [json.loads(line) for line in lines if line.endswith("}")]
        return frozenset(entry["hash"] for entry in entries if entry["kind"] == subject)
