"""What `callbot doctor` found, for short."""

from collections.abc import Iterator

from bot.doctor.finding import Finding, State


def states(findings: Iterator[Finding] | list[Finding]) -> list[State]:
    return [finding.state for finding in findings]
