"""The same problem told by several people: found before it is filed again, and joined instead."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, exists, func, or_, select, update
from sqlalchemy.orm import Session

from integrations.database import writing
from integrations.desk_models import OutboxKind, OutboxRow, ReportPersonRow, ReportRow
from integrations.desk_reports import place_of
from integrations.desk_types import KnownReport
from integrations.protocols import Place, ReportUpdate
from integrations.report_payload import to_update_payload
from integrations.report_places import NEAR_M, box_around, distance_m, place_key, point_of
from integrations.texts import clipped

# What nobody could tell to be settled is taken for settled after this.
OPEN_AT_MOST = timedelta(days=90)
MAX_CANDIDATES = 3
# Fronts of old streets are some 20 m wide, and numbers go by two on each side.
METRES_A_NUMBER = 10.0
ALSO_REPORTED = "Une autre personne signale ce problème."


def find_open(
    engine: Engine, problem_code: str, place: Place, now: datetime, conversation_id: str
) -> Sequence[KnownReport]:
    """Return the reports that may be about the same problem and that nobody knows to be closed.

    Nearest first, then the oldest: the one that most people may have joined. Reports that a conversation
    filed itself, or joined, are no duplicates for it; those that their caller left unfinished are for nobody.
    """
    key = place_key(place)
    candidates = select(ReportRow, _n_people()).where(
        ReportRow.problem_code == problem_code,
        ReportRow.complete,
        ReportRow.closed_at.is_(None),
        ReportRow.requested_at >= now - OPEN_AT_MOST,
        ReportRow.conversation_id != conversation_id,
        ~_has_joined(conversation_id),
    )
    same_place: list[ColumnElement[bool]] = [ReportRow.place_key == key] if key else []
    if _number(place.house_number) is not None:
        same_place.append(ReportRow.street == place.street)
    point = point_of(place)
    if point is not None:
        box = box_around(point)
        same_place.append(
            ReportRow.latitude.between(box.south, box.north) & ReportRow.longitude.between(box.west, box.east)
        )
    if not same_place:
        return ()
    with Session(engine) as session:
        rows = session.execute(candidates.where(or_(*same_place))).tuples().all()
    known = [_known(row, n_people, _distance_m(row, key, place)) for row, n_people in rows]
    near = [report for report in known if report.distance_m <= NEAR_M]
    return sorted(near, key=lambda report: (report.distance_m, report.requested_at))[:MAX_CANDIDATES]


def note_closed(engine: Engine, reference: str, now: datetime) -> None:
    """Note that the city's system says that a report is closed."""
    with writing(engine) as session:
        session.execute(
            update(ReportRow)
            .where(ReportRow.reference == reference, ReportRow.closed_at.is_(None))
            .values(closed_at=now)
        )


def join(session: Session, reference: str, conversation_id: str, phone: str, now: datetime) -> str:
    """Count one more person, once per conversation, and let the outbox tell the city's system.

    Raises LookupError when the desk has no such report.
    """
    # The lock makes two joins of one conversation wait for each other.
    locked = select(ReportRow).where(ReportRow.reference == reference).with_for_update()
    report = session.scalars(locked).one_or_none()
    if report is None:
        raise LookupError(f"no report {reference}")
    conversation_id = conversation_id[:64]
    is_known = session.scalar(
        select(
            exists().where(
                ReportPersonRow.reference == reference, ReportPersonRow.conversation_id == conversation_id
            )
        )
    )
    if is_known or report.conversation_id == conversation_id:
        return reference
    person = ReportPersonRow(
        reference=reference, conversation_id=conversation_id, phone=clipped(phone, 32), joined_at=now
    )
    session.add(person)
    session.flush()
    _enqueue(session, person)
    return reference


def _enqueue(session: Session, person: ReportPersonRow) -> None:
    told = ReportUpdate(
        update_id=f"{person.reference}-{person.id}",
        reference=person.reference,
        description=ALSO_REPORTED,
        updated_at=person.joined_at,
        phone=person.phone,
        adds_person=True,
    )
    session.add(
        OutboxRow(
            kind=OutboxKind.UPDATE,
            reference=person.reference,
            payload=to_update_payload(told),
            next_attempt_at=person.joined_at,
            created_at=person.joined_at,
            updated_at=person.joined_at,
        )
    )


def _has_joined(conversation_id: str) -> ColumnElement[bool]:
    return exists().where(
        ReportPersonRow.reference == ReportRow.reference,
        ReportPersonRow.conversation_id == conversation_id,
    )


def _n_people() -> ColumnElement[int]:
    joined = select(func.count(ReportPersonRow.id)).where(ReportPersonRow.reference == ReportRow.reference)
    return joined.correlate(ReportRow).scalar_subquery() + 1


def _distance_m(row: ReportRow, key: str, place: Place) -> float:
    """Return how far a row's place is; 0 at the same address, infinity where that cannot be told."""
    if key and row.place_key == key:
        return 0.0
    here, there = point_of(place), point_of(place_of(row))
    if here and there:
        return distance_m(here, there)
    # Without coordinates two numbers of one street tell about how far it is.
    number, other = _number(place.house_number), _number(row.house_number)
    if row.street == place.street and number is not None and other is not None:
        return abs(number - other) * METRES_A_NUMBER
    return math.inf


def _number(house_number: str) -> int | None:
    digits = re.match(r"\d+", house_number)
    return int(digits[0]) if digits else None


def _known(row: ReportRow, n_people: int, distance: float) -> KnownReport:
    return KnownReport(
        reference=row.reference,
        problem_code=row.problem_code,
        place_label=place_of(row).label,
        requested_at=row.requested_at,
        n_people=n_people,
        distance_m=distance,
        backend_id=row.backend_id,
    )
