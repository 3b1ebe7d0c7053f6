"""Reads reports as GeoReport v2 servers and the embedded desk write them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from integrations.open311_answers import Moment, OptionalMoment, Text
from integrations.report_desk import Candidate, ReportDetail, ReportEvent, ShownReport

# What GeoReport v2 shows of a request.
GEOREPORT_FIELDS = (
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
)
_EVENT_FIELDS = frozenset(("id", "at", "author", "state", "status", "note", "media_url", "phone"))


def _degrees(value: Any) -> Any:
    return None if value in ("", None) else value


Degrees = Annotated[float | None, BeforeValidator(_degrees)]


class Row(BaseModel):
    """One request. The fields from `state` on are the embedded desk's."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service_request_id: Text
    status: Text = ""
    status_notes: Text = ""
    service_code: Text = ""
    service_name: Text = ""
    description: Text = ""
    agency_responsible: Text = ""
    address: Text = ""
    lat: Degrees = None
    long: Degrees = None
    media_url: Text = ""
    requested_datetime: Moment
    updated_datetime: OptionalMoment = None
    expected_datetime: OptionalMoment = None
    state: Text = ""
    reference: Text = ""
    priority: int | None = None
    n_people: int = 1
    complete: bool = True
    source: Text = ""
    duplicate_of: Text = ""
    media_urls: tuple[str, ...] = ()

    def report(self, raw: dict[str, Any]) -> ShownReport:
        """raw: what the row was read from."""
        return ShownReport(
            id=self.service_request_id,
            reference=self.reference,
            state=self.state or self.status.lower(),
            service_code=self.service_code,
            service_name=self.service_name or self.service_code,
            description=self.description,
            agency=self.agency_responsible,
            address=self.address,
            latitude=self.lat,
            longitude=self.long,
            requested_at=self.requested_datetime,
            updated_at=self.updated_datetime,
            expected_at=self.expected_datetime,
            georeport={name: raw.get(name) for name in GEOREPORT_FIELDS},
            status_notes=self.status_notes,
            priority=self.priority,
            n_people=self.n_people,
            is_complete=self.complete,
            source=self.source,
            duplicate_of=self.duplicate_of,
            media_urls=self.media_urls or tuple(filter(None, (self.media_url,))),
        )


def read_report(raw: dict[str, Any]) -> ShownReport:
    """Raises ValidationError."""
    return Row.model_validate(raw).report(raw)


def read_candidate(raw: dict[str, Any]) -> Candidate:
    """Raises ValidationError, KeyError."""
    return Candidate(read_report(raw), float(raw["distance_m"]))


def read_detail(raw: dict[str, Any]) -> ReportDetail:
    """Raises ValidationError, KeyError."""
    names = " ".join(filter(None, (raw.get("first_name"), raw.get("last_name"))))
    caller = {"name": names, "phone": raw.get("phone") or "", "email": raw.get("email") or ""}
    return ReportDetail(
        report=read_report(raw),
        caller={name: value for name, value in caller.items() if value},
        events=tuple(_Event.model_validate(event).event(event) for event in raw["events"]),
    )


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Text
    at: Moment
    author: Text = ""
    state: Text = ""
    note: Text = ""

    def event(self, raw: dict[str, Any]) -> ReportEvent:
        details = {name: str(value) for name, value in raw.items() if name not in _EVENT_FIELDS}
        return ReportEvent(self.id, self.at, self.author, self.state, self.note, details)
