"""What was promised to callers against what reached the city's report system."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.report_filing import spoken_reference
from bot.simulate.script import plain
from integrations.backend.models import ServiceRequest
from integrations.database import open_database
from integrations.desk_models import Delivery, OutboxRow, ReportRow

POLL_S = 1.0


@dataclass(frozen=True)
class Balance:
    """promised: references that callers heard. lost: of them, those that the city does not have.

    doubled: conversations from which the city has more than one report. waiting: not delivered yet.
    """

    promised: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    waiting: int


class Ledger:
    """The desk's and the report system's databases of one callbot, by their addresses."""

    def __init__(self, desk_url: str, city_url: str) -> None:
        self._desk = open_database(desk_url)
        self._city = open_database(city_url)

    def wait_until_delivered(self, within_s: float) -> None:
        """Give the outbox time to deliver what it has kept."""
        until_s = time.monotonic() + within_s
        while self._waiting() and time.monotonic() < until_s:
            time.sleep(POLL_S)

    def balance(self, heard: Iterable[str]) -> Balance:
        """heard: all that the bot said, by call."""
        said = [plain(text) for text in heard]
        reports = self._reports()
        promised = {
            reference
            for reference in reports
            if any(plain(spoken_reference(reference)) in text for text in said)
        }
        at_the_city = self._references()
        conversations = Counter(reports[reference] for reference in at_the_city if reference in reports)
        doubled = tuple(conversation for conversation, n in conversations.items() if n > 1)
        return Balance(len(promised), tuple(sorted(promised - set(at_the_city))), doubled, self._waiting())

    def _reports(self) -> dict[str, str]:
        """The conversation of each reference that was given out."""
        with Session(self._desk) as session:
            rows = session.execute(select(ReportRow.reference, ReportRow.conversation_id))
            return dict(rows.tuples().all())

    def _references(self) -> list[str]:
        with Session(self._city) as session:
            return [reference or "" for reference in session.scalars(select(ServiceRequest.reference))]

    def _waiting(self) -> int:
        query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state != Delivery.DELIVERED)
        with Session(self._desk) as session:
            return session.scalar(query) or 0
