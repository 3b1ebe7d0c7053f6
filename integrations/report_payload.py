"""Reports and updates as they wait in the outbox: JSON that holds all that is to be delivered."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from integrations.protocols import Report, ReportUpdate

_REPORT = TypeAdapter(Report)
_UPDATE = TypeAdapter(ReportUpdate)


def to_payload(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON values."""
    payload: dict[str, Any] = _REPORT.dump_python(report, mode="json")
    return payload


def from_payload(payload: dict[str, Any]) -> Report:
    """Return the report of a payload. Raises pydantic.ValidationError when it is not one."""
    return _REPORT.validate_python(payload)


def to_update_payload(update: ReportUpdate) -> dict[str, Any]:
    """Return the update as plain JSON values."""
    payload: dict[str, Any] = _UPDATE.dump_python(update, mode="json")
    return payload


def from_update_payload(payload: dict[str, Any]) -> ReportUpdate:
    """Return the update of a payload. Raises pydantic.ValidationError when it is not one."""
    return _UPDATE.validate_python(payload)
