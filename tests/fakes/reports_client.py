"""A client of report systems, a report and an update to send, and the embedded server behind a proxy."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.backend.models import ServiceRequest
from integrations.protocols import Place, Report, ReportUpdate
from integrations.reports_open311 import Open311Reports
from tests.fakes.reports_faults import Fault, FaultyProxy
from tests.fakes.reports_servers import KEY

REPORT = Report(
    reference="NIM 26 0412 8",
    problem_code="trou",
    description="Un trou <profond> & dangereux, « là »",
    place=Place("12 rue X", street="rue de la République", house_number="12", latitude=43.8, longitude=4.3),
    requested_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    source="phone",
    conversation_id="call-1",
    priority=1,
    caller_name="Zoé Œuf",
    caller_phone="0639980001",
    answers={"danger": "oui", "taille": "50 cm & plus"},
)


@dataclasses.dataclass
class Setup:
    client: Open311Reports
    proxy: FaultyProxy
    database: Engine

    def rows(self) -> list[ServiceRequest]:
        with Session(self.database) as session:
            return list(session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))


UPDATE = ReportUpdate(
    update_id="NIM 26 0412 8-1",
    reference=REPORT.reference,
    description="Une autre personne signale ce problème.",
    updated_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    phone="0639980002",
    adds_person=True,
)


def patience_s(request: pytest.FixtureRequest) -> float:
    """Return the seconds that a test's client waits for an answer: few only where none will ever come."""
    spec = getattr(request.node, "callspec", None)
    return 1.0 if spec and spec.params.get("fault") in (Fault.MUTE, Fault.DRIP) else 20.0


@asynccontextmanager
async def client_of(
    url: str, key: str = KEY, answer_s: float = 20.0, **options: Any
) -> AsyncIterator[Open311Reports]:
    client = Open311Reports(url, key, connect_s=answer_s, answer_s=answer_s, **options)
    try:
        yield client
    finally:
        await client.aclose()
