"""Takes a person out of the embedded report system; the requests stay. Blocks; raises SQLAlchemyError."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sqlalchemy import ColumnElement, Engine, inspect, or_, select
from sqlalchemy.orm import Session

from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.database import writing
from integrations.phone_forms import canonical_number, may_be_number


def known_numbers(engine: Engine) -> Iterator[str]:
    """Yield each number as it is written."""
    if not _is_there(engine):
        return
    with Session(engine) as session:
        yield from session.scalars(select(ServiceRequest.phone).where(ServiceRequest.phone != ""))
        yield from session.scalars(select(RequestEvent.phone).where(RequestEvent.phone != ""))


def erase_people(engine: Engine, references: Collection[str], number: str, mask: Callable[[str], str]) -> int:
    """Erase who made these requests or has this number (canonical, "" for none); return how many."""
    if not _is_there(engine):
        return 0
    wanted: ColumnElement[bool] = ServiceRequest.reference.in_(references)
    with writing(engine) as session:
        if number:
            wanted = or_(wanted, may_be_number(ServiceRequest.phone, number))
            for event in session.scalars(
                select(RequestEvent).where(may_be_number(RequestEvent.phone, number))
            ):
                if canonical_number(event.phone) == number:
                    event.phone, event.note = "", mask(event.note)
        rows = [
            row
            for row in session.scalars(select(ServiceRequest).where(wanted))
            if row.reference in references or canonical_number(row.phone) == number
        ]
        for row in rows:
            row.first_name = row.last_name = row.phone = row.email = row.device_id = row.account_id = ""
            row.description = mask(row.description)
            row.answers = {code: [mask(each) for each in values] for code, values in row.answers.items()}
        return len(rows)


def _is_there(engine: Engine) -> bool:
    """Whether the embedded system was ever used: a city may have its own."""
    return inspect(engine).has_table(ServiceRequest.__tablename__)
