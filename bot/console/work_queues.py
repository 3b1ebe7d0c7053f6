"""How much waits in the work queues: for their tabs, and for the menu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integrations.desk_callbacks_work import CallbackCounts, CallbackDesk
from integrations.desk_work import WorkDesk, WorkKind


@dataclass(frozen=True, slots=True)
class Waiting:
    """What nobody has settled."""

    callbacks: CallbackCounts
    letters: int
    reports: int

    @property
    def urgent(self) -> int:
        """What should not wait longer."""
        return self.callbacks.overdue + self.letters + self.reports


@dataclass(frozen=True, slots=True)
class Queues:
    """The queues of the desk's database."""

    callbacks: CallbackDesk
    filed: WorkDesk

    async def waiting(self, now: datetime) -> Waiting:
        """How much waits."""
        filed = await self.filed.counts()
        callbacks = await self.callbacks.counts(now)
        return Waiting(callbacks, filed[WorkKind.LETTER], filed[WorkKind.REPORT])
