"""A report as it waits in the outbox: JSON that holds all that is to be delivered."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from integrations.protocols import Report

_REPORT = TypeAdapter(Report)


def to_payload(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON values."""
    payload: dict[str, Any] = _REPORT.dump_python(report, mode="json")
    return payload


def from_payload(payload: dict[str, Any]) -> Report:
    """Return the report of a payload. Raises pydantic.ValidationError when it is not one."""
    return _REPORT.validate_python(payload)
