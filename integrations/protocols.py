"""What the bot and its actions need of the city's systems; concrete adapters are named only in wiring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, as far as it is known.

    spoken: the caller's words, always kept.
    street, house_number, landmark, district: grounded on the city's data, "" when not.
    latitude, longitude: degrees, WGS 84; None when unknown.
    """

    spoken: str
    street: str = ""
    house_number: str = ""
    landmark: str = ""
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def is_located(self) -> bool:
        """Whether somebody could drive there without asking the caller again."""
        return bool(self.street or self.landmark) or self.latitude is not None

    @property
    def label(self) -> str:
        """One line as it is read back and sent: "12 rue de la République"."""
        street = f"{self.house_number} {self.street}".strip() if self.street else ""
        return ", ".join(part for part in (street, self.landmark) if part) or self.spoken


@dataclass(frozen=True, slots=True)
class AddressCandidate:
    """One street or landmark that the caller's words may mean. score: 0 to 1."""

    place: Place
    score: float


class Addresses(Protocol):
    """Grounds what a recogniser wrote on the places of the city."""

    def match(self, spoken: str, limit: int = 3) -> Sequence[AddressCandidate]:
        """Return candidates, best first; empty when nothing of the city sounds like it."""
        ...


class Geocoder(Protocol):
    """Adds coordinates to places."""

    async def locate(self, place: Place) -> Place:
        """The place with its coordinates, or as it was. Never raises, never waits long."""
        ...

    async def aclose(self) -> None:
        """Let go of the connections."""
        ...


class ReportState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Report:
    """One report of something broken, as it is filed.

    reference: ours, given to the caller at once; travels with the report and identifies it.
    problem_code: Open311 `service_code`, a key of problem_types.yml.
    priority: 1 (within 48 h) to 3.
    complete: False when the caller hung up before confirming.
    answers: the category's own questions, attribute code to answer.
    photo_url: where a photo of it can be fetched, "" without any.
    """

    reference: str
    problem_code: str
    description: str
    place: Place
    requested_at: datetime
    source: str
    conversation_id: str
    priority: int = 3
    complete: bool = True
    caller_name: str = ""
    caller_phone: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    photo_url: str = ""


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A report as the city's system knows it. backend_id: its identifier there.

    requested_at: None when the system does not say.
    """

    backend_id: str
    reference: str
    state: ReportState
    problem_code: str
    place_label: str
    updated_at: datetime
    status_notes: str = ""
    expected_at: datetime | None = None
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportUpdate:
    """A word about a report that was filed.

    update_id: ours, unique for ever. reference: of the report. adds_person: somebody else tells of the same
    problem. phone: theirs, "" when unknown.
    """

    update_id: str
    reference: str
    description: str
    updated_at: datetime
    phone: str = ""
    adds_person: bool = False


class BackendError(Exception):
    """The city's system did not take or give what was asked.

    retryable: the same request may succeed later.
    unclear: the request may have been carried out although no answer came; look before repeating it.
    wait_s: seconds that the system asked us to wait at least, 0 when it did not.
    """

    def __init__(self, message: str, *, retryable: bool, unclear: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.unclear = unclear
        self.wait_s = wait_s


class ReportsBackend(Protocol):
    """The city's report system."""

    async def submit(self, report: Report) -> str:
        """File a report and return its identifier there. Raises BackendError."""
        ...

    async def complete(self, report: Report) -> str:
        """Complete a report that was submitted as incomplete, and return its identifier there.

        Files it when the system never got it. Raises BackendError, not retryable where the system has no
        way to change a report.
        """
        ...

    async def find(self, reference: str, backend_id: str = "") -> FiledReport | None:
        """Look a report up by our reference; by its identifier there, if that is known.

        None: the system surely does not know it, so filing it (again) is safe. Raises BackendError; unclear
        and not retryable where the system has no sure way to tell.
        """
        ...

    async def add_update(self, update: ReportUpdate, backend_id: str) -> str:
        """Add an update to a report, by its identifier there, and return the update's own.

        Raises BackendError, not retryable where the system takes no updates.
        """
        ...

    async def can_repeat_updates(self) -> bool:
        """Whether adding the same update again surely adds nothing. Raises BackendError."""
        ...

    async def aclose(self) -> None:
        """Let go of its connections."""
        ...
