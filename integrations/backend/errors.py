"""Refusals, as GeoReport v2 answers them."""

from __future__ import annotations


class GeoReportError(Exception):
    """A request that is refused. status: HTTP status, also the error's code. description: for a person."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
