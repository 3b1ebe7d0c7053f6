"""The outbox's dead letters, which agents see beside the requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from integrations import desk_letters
from integrations.desk_types import DeadLetter


class Letters:
    """Dead letters in the desk's database. engine: None where the desk is not on this machine."""

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine

    def find(self) -> Sequence[DeadLetter]:
        """Return what waits for a person, oldest first."""
        return desk_letters.find_dead(self._engine) if self._engine else ()

    def send_again(self, letter_id: int, now: datetime) -> bool:
        """Let the outbox deliver a letter once more. False: there is no such letter any more."""
        return self._engine is not None and desk_letters.revive(self._engine, letter_id, now)

    def settle(self, letter_id: int, backend_id: str, now: datetime) -> bool:
        """Take a letter for delivered. False: there is no such letter any more."""
        return self._engine is not None and desk_letters.settle(self._engine, letter_id, backend_id, now)
