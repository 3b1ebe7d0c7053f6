"""The reports as agents see them: what a console may ask of whichever system the city keeps them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class DeskError(Exception):
    """The report system did not do what was asked.

    kind: "conflict" when somebody changed the report meanwhile, "refused" when it may not be changed so,
    "missing" when there is no such report, "unreachable" when no answer came.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Empty and None: any. start, end: from, and before. page: from 1."""

    states: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    agency: str = ""
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class ShownReport:
    """One report.

    state: as the embedded desk names it, or GeoReport's open and closed. priority: None when unknown.
    n_people: who told of it. georeport: the fields that GeoReport v2 shows of it to everybody.
    """

    id: str
    reference: str
    state: str
    service_code: str
    service_name: str
    description: str
    agency: str
    address: str
    latitude: float | None
    longitude: float | None
    requested_at: datetime
    updated_at: datetime | None
    expected_at: datetime | None
    georeport: Mapping[str, Any]
    status_notes: str = ""
    priority: int | None = None
    n_people: int = 1
    is_complete: bool = True
    source: str = ""
    duplicate_of: str = ""
    media_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportPage:
    """total: how many reports the query finds, None when the system does not say."""

    total: int | None
    reports: Sequence[ShownReport]


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """Something that happened to a report. state: what it became, "" for what left it as it was."""

    id: str
    at: datetime
    author: str
    state: str
    note: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportDetail:
    """All about one report. caller: name, phone, email as far as known."""

    report: ShownReport
    caller: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[ReportEvent] = ()

    @property
    def last_event(self) -> str:
        """What a change is based on."""
        return self.events[-1].id if self.events else ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report that may be about the same problem. distance_m: metres, 0 at the same address."""

    report: ShownReport
    distance_m: float


@dataclass(frozen=True, slots=True)
class ReportChange:
    """What an agent does to a report; fields as the embedded desk's. last_event: see `ReportDetail`."""

    author: str
    last_event: str
    state: str = ""
    note: str = ""
    agency: str = ""
    duplicate_of: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """What became of the reports of one kind, duplicates left out.

    n_settled: closed by now. n_in_time: settled within 48 hours; n_judged: settled, or open for longer than
    that. Both are None where the report system does not say when a report was settled.
    """

    service_code: str
    n: int
    n_settled: int
    n_in_time: int | None = None
    n_judged: int | None = None


class ReportDesk(Protocol):
    """The city's report system. All methods raise DeskError."""

    @property
    def can_change(self) -> bool:
        """Whether states, notes, duplicates and callers are known there; else lists and states are all."""
        ...

    async def find(self, query: ReportQuery) -> ReportPage:
        """The newest first."""
        ...

    async def get(self, report_id: str) -> ReportDetail: ...

    async def candidates(self, report_id: str) -> Sequence[Candidate]: ...

    async def agencies(self) -> Sequence[str]: ...

    async def figures(self, start: datetime, end: datetime) -> Sequence[ServiceFigures]:
        """What became of the reports made in [start, end), by kind."""
        ...

    async def change(self, report_id: str, change: ReportChange) -> ReportDetail: ...

    async def aclose(self) -> None: ...
