"""A report system in memory, which fails as it is told to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from integrations.protocols import BackendError, FiledReport, Report, ReportState, ReportUpdate

DOWN = BackendError("down", retryable=True)
LOST = BackendError("no answer", retryable=True, unclear=True)
REFUSED = BackendError("refused", retryable=False)
CANNOT_TELL = BackendError("cannot tell", retryable=False, unclear=True)


class MemoryBackend:
    """Files reports in a list, doubles included; `troubles` say how the next calls end, in order.

    A LOST submission is carried out if `keeps_lost`.
    """

    def __init__(self) -> None:
        self.filed: list[Report] = []
        self.calls: list[str] = []
        self.troubles: list[BackendError | None] = []
        self.keeps_lost = True
        self.updates: dict[str, tuple[str, ReportUpdate]] = {}
        self.keeps_one_update = True
        self.state = ReportState.CLOSED
        self.arrived = asyncio.Event()

    async def submit(self, report: Report) -> str:
        return self._take("submit", report)

    async def complete(self, report: Report) -> str:
        return self._take("complete", report)

    async def find(self, reference: str, backend_id: str = "") -> FiledReport | None:
        self._call("find")
        for number, report in enumerate(self.filed, start=1):
            if report.reference == reference:
                return FiledReport(
                    backend_id=str(number),
                    reference=reference,
                    state=self.state,
                    problem_code=report.problem_code,
                    place_label=report.place.label,
                    updated_at=datetime(2026, 11, 24, tzinfo=UTC),
                    status_notes="réparé",
                )
        return None

    async def add_update(self, update: ReportUpdate, backend_id: str) -> str:
        try:
            self._call("add_update")
        except BackendError as trouble:
            if trouble.unclear and self.keeps_lost:
                self.updates[update.update_id] = (backend_id, update)
            raise
        self.updates[update.update_id] = (backend_id, update)
        return f"u{len(self.updates)}"

    async def can_repeat_updates(self) -> bool:
        self._call("can_repeat_updates")
        return self.keeps_one_update

    async def aclose(self) -> None:
        self.calls.append("aclose")

    def _take(self, call: str, report: Report) -> str:
        try:
            self._call(call)
        except BackendError as trouble:
            if trouble.unclear and self.keeps_lost:
                self.filed.append(report)
            raise
        self.filed.append(report)
        self.arrived.set()
        return str(len(self.filed))

    def _call(self, call: str) -> None:
        self.calls.append(call)
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble
