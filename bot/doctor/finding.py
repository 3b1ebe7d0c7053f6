"""What a look found, in words for whoever runs the callbot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """OK; WARNING: calls are answered, but not for ever or not well; FAULT: they are not, or not safely."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """name: of what was looked at, the same every time. remedy: what to do, "" when all is well."""

    name: str
    state: State
    what: str
    remedy: str = ""


def ok(name: str, what: str) -> Finding:
    return Finding(name, State.OK, what)


def warning(name: str, what: str, remedy: str) -> Finding:
    return Finding(name, State.WARNING, what, remedy)


def fault(name: str, what: str, remedy: str) -> Finding:
    return Finding(name, State.FAULT, what, remedy)


def worst(findings: list[Finding]) -> State:
    """The state of the whole."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.FAULT, State.WARNING) if state in states), State.OK)
