"""Reads what a GeoReport v2 server answered: JSON or XML, whichever came, whatever was asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from xml.etree import ElementTree

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from integrations.open311_statuses import is_closed
from integrations.protocols import FiledReport, ReportState


class AnswerError(ValueError):
    """The body is not what GeoReport v2 answers."""


def _text(value: Any) -> Any:
    # Some servers write identifiers as numbers; XML has no null.
    return "" if value is None else str(value) if isinstance(value, int) else value


def _zoned(moment: datetime) -> datetime:
    # GeoReport asks for a time zone; servers that forget it mostly mean UTC.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _none_if_empty(value: Any) -> Any:
    return value or None


# Elements that hold a list, whatever their items are called.
_XML_LISTS = frozenset(
    {
        "service_requests",
        "service_request_updates",
        "service_requests_updates",
        "errors",
        "endpoints",
        "formats",
        "extensions",
        "attributes",
    }
)

Text = Annotated[str, BeforeValidator(_text)]
Moment = Annotated[datetime, AfterValidator(_zoned)]
OptionalMoment = Annotated[Moment | None, BeforeValidator(_none_if_empty)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


RowT = TypeVar("RowT", bound=_Row)


class FiledRow(_Row):
    """What a POST answers: an identifier, or a token that will become one."""

    service_request_id: Text = ""
    token: Text = ""


class ErrorRow(_Row):
    """One reason of a refusal."""

    code: Text
    description: Text = ""


class RequestRow(_Row):
    """One request. The fields from `reference` on are extensions."""

    service_request_id: Text
    status: Text
    service_code: Text = ""
    description: Text = ""
    status_notes: Text = ""
    address: Text = ""
    requested_datetime: Moment
    updated_datetime: OptionalMoment = None
    expected_datetime: OptionalMoment = None
    reference: Text = ""
    duplicate_of: Text = ""

    def filed_report(self, reference: str) -> FiledReport:
        """Return the row as the report that has our reference."""
        return FiledReport(
            backend_id=self.service_request_id,
            reference=reference,
            state=ReportState.CLOSED if is_closed(self.status) else ReportState.OPEN,
            problem_code=self.service_code,
            place_label=self.address,
            updated_at=self.updated_datetime or self.requested_datetime,
            status_notes=self.status_notes,
            expected_at=self.expected_datetime,
            requested_at=self.requested_datetime,
        )


class UpdateRow(_Row):
    """One update of a request, as FixMyStreet's extension writes it."""

    update_id: Text
    service_request_id: Text = ""
    status: Text = ""
    description: Text = ""
    media_url: Text = ""
    updated_datetime: OptionalMoment = None


def read_filed(body: bytes) -> FiledRow:
    """Read the answer to a POST. Raises AnswerError, also when it holds neither identifier nor token."""
    rows = _rows(body, FiledRow)
    if len(rows) != 1 or not (rows[0].service_request_id or rows[0].token):
        raise AnswerError("no identifier")
    return rows[0]


def read_requests(body: bytes) -> Sequence[RequestRow]:
    """Read a list of requests. Raises AnswerError."""
    return _rows(body, RequestRow)


def read_updates(body: bytes) -> Sequence[UpdateRow]:
    """Read a list of updates, also the answer to a posted one. Raises AnswerError."""
    return _rows(body, UpdateRow)


def is_refusal(body: bytes) -> bool:
    """Whether the body is GeoReport's list of errors."""
    try:
        return bool(_rows(body, ErrorRow))
    except AnswerError:
        return False


def read_extensions(body: bytes) -> frozenset[str]:
    """Return the extensions that a discovery document names for its endpoints. Raises AnswerError."""
    document = _document(body)
    endpoints = document.get("endpoints") if isinstance(document, dict) else None
    if not isinstance(endpoints, list):
        raise AnswerError("no discovery document")
    named = [endpoint.get("extensions") for endpoint in endpoints if isinstance(endpoint, dict)]
    return frozenset(str(name) for names in named if isinstance(names, list) for name in names)


def _rows(body: bytes, model: type[RowT]) -> list[RowT]:
    document = _document(body)
    if not isinstance(document, list):
        raise AnswerError("not a list")
    try:
        return [model.model_validate(row) for row in document]
    except ValidationError as error:
        raise AnswerError(f"{error.error_count()} fields are wrong") from error


def _document(body: bytes) -> Any:
    stripped = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if stripped.startswith(b"<"):
        return _xml_value(_xml(stripped))
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError) as error:
        raise AnswerError("not JSON") from error


def _xml(body: bytes) -> ElementTree.Element:
    # GeoReport has no document type; one could only serve to expand entities without end. HTML has one, too.
    if b"<!DOCTYPE" in body[:4096].upper() or b"<!ENTITY" in body.upper():
        raise AnswerError("a document type is not allowed")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise AnswerError("not XML") from error
    if root.tag not in _XML_LISTS and root.tag != "discovery":
        raise AnswerError("not GeoReport's XML")
    return root


def _xml_value(element: ElementTree.Element) -> Any:
    if element.tag in _XML_LISTS:
        return [_xml_value(child) for child in element]
    if len(element):
        return {child.tag: _xml_value(child) for child in element}
    return element.text or ""
