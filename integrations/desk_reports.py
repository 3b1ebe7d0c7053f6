"""Reports in the desk's database: filing within a transaction, and looking up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from integrations.desk_models import (
    Delivery,
    OutboxKind,
    OutboxRow,
    ReferenceCounter,
    ReportPersonRow,
    ReportRow,
)
from integrations.desk_types import NewReport, ReportStatus
from integrations.protocols import FiledReport, Place, Report, ReportState
from integrations.references import make_reference
from integrations.report_payload import to_payload
from integrations.report_places import place_key
from integrations.texts import clipped, writable

# A chat may stay open for weeks: what is told again after this is another problem.
SAME_PROBLEM_WITHIN = timedelta(hours=24)


def next_reference(session: Session, prefix: str, now: datetime) -> str:
    """Take the next number of the year; other processes wait until this transaction ends."""
    counter = _lock_counter(session)
    # Never back to a year that is over, even if another machine's clock is behind.
    if now.year > counter.year:
        counter.year, counter.last = now.year, 0
    counter.last += 1
    session.flush()
    return make_reference(prefix, counter.year, counter.last)


MAX_URL_CHARS = 500


def file_report(session: Session, report: NewReport, prefix: str, now: datetime) -> str:
    """Write a report and its delivery, or find that it was filed before; return its reference."""
    report = _fitting(report)
    _lock_counter(session)
    earlier = _earlier(session, report, now)
    if earlier is None:
        reference = next_reference(session, prefix, now)
        row = ReportRow(reference=reference, requested_at=now)
        _fill(row, report, now)
        session.add(row)
        session.flush()
        _enqueue(session, OutboxKind.REPORT, row, now)
        return reference
    if report.complete and not earlier.complete:
        _fill(earlier, report, now)
        _deliver_completion(session, earlier, now)
    return earlier.reference


def find_status(engine: Engine, references: Sequence[str]) -> ReportStatus | None:
    """Return what the desk knows of the first of these references that it has given out."""
    with Session(engine) as session:
        for reference in references:
            row = session.get(ReportRow, reference)
            if row is not None:
                return _status(row)
    return None


def find_by_phone(engine: Engine, phone: str, since: datetime, limit: int) -> Sequence[ReportStatus]:
    """Return what the desk knows of a number's reports, made or joined, newest first."""
    joined = select(ReportPersonRow.reference).where(
        ReportPersonRow.phone == phone, ReportPersonRow.joined_at >= since
    )
    is_theirs = (ReportRow.caller_phone == phone) & (ReportRow.requested_at >= since)
    newest = (
        select(ReportRow)
        .where(or_(is_theirs, ReportRow.reference.in_(joined)))
        .order_by(ReportRow.requested_at.desc(), ReportRow.reference.desc())
        .limit(limit)
    )
    with Session(engine) as session:
        return [_status(row) for row in session.scalars(newest)]


def merge_status(known: ReportStatus | None, found: FiledReport | None) -> ReportStatus | None:
    """Join what the desk promised with what the city's system answered just now."""
    if found is None:
        return known
    return ReportStatus(
        reference=found.reference,
        problem_code=found.problem_code or (known.problem_code if known else ""),
        place_label=found.place_label or (known.place_label if known else ""),
        requested_at=known.requested_at if known else found.requested_at or found.updated_at,
        state=found.state,
        backend_id=found.backend_id,
        delivered=True,
        is_current=True,
        updated_at=found.updated_at,
        expected_at=found.expected_at,
        status_notes=found.status_notes,
    )


def report_of(row: ReportRow) -> Report:
    """Return the report that a row holds."""
    return Report(
        reference=row.reference,
        problem_code=row.problem_code,
        description=row.description,
        place=place_of(row),
        requested_at=row.requested_at,
        source=row.source,
        conversation_id=row.conversation_id,
        priority=row.priority,
        complete=row.complete,
        caller_name=row.caller_name,
        caller_phone=row.caller_phone,
        answers=dict(row.answers),
        photo_url=row.photo_url,
    )


def place_of(row: ReportRow) -> Place:
    """Return where a row's report is."""
    return Place(
        spoken=row.place_spoken,
        street=row.street,
        house_number=row.house_number,
        landmark=row.landmark,
        district=row.district,
        latitude=row.latitude,
        longitude=row.longitude,
    )


def _lock_counter(session: Session) -> ReferenceCounter:
    return session.execute(select(ReferenceCounter).with_for_update()).scalar_one()


def _earlier(session: Session, report: NewReport, now: datetime) -> ReportRow | None:
    """Return the report of this conversation that the new one repeats or completes."""
    of_conversation = (
        select(ReportRow)
        .where(
            ReportRow.conversation_id == report.conversation_id,
            ReportRow.requested_at >= now - SAME_PROBLEM_WITHIN,
        )
        .order_by(ReportRow.requested_at.desc(), ReportRow.reference.desc())
    )
    for row in session.scalars(of_conversation):
        same_problem = row.problem_code == report.problem_code
        same_place = place_of(row).label == report.place.label
        if same_problem and same_place:
            return row
        # The caller who comes back may correct either what or where, but not both: that is another problem.
        if report.complete and not row.complete and (same_problem or same_place):
            return row
    return None


def _fitting(report: NewReport) -> NewReport:
    """Return the report as the tables can hold it."""
    place = Place(
        spoken=writable(report.place.spoken),
        street=clipped(report.place.street, 200),
        house_number=clipped(report.place.house_number, 16),
        landmark=clipped(report.place.landmark, 200),
        district=clipped(report.place.district, 200),
        latitude=report.place.latitude,
        longitude=report.place.longitude,
    )
    return replace(
        report,
        conversation_id=report.conversation_id[:64],
        description=writable(report.description),
        place=place,
        caller_name=clipped(report.caller_name, 200),
        caller_phone=clipped(report.caller_phone, 32),
        answers={code: writable(answer) for code, answer in report.answers.items()},
        # An address that had to be cut would lead nowhere.
        photo_url=report.photo_url if len(report.photo_url) <= MAX_URL_CHARS else "",
    )


def _fill(row: ReportRow, report: NewReport, now: datetime) -> None:
    place = asdict(report.place)
    row.place_spoken = place.pop("spoken")
    for name, value in place.items():
        setattr(row, name, value)
    row.conversation_id = report.conversation_id
    row.problem_code = report.problem_code
    row.description = report.description
    row.source = report.source
    row.priority = report.priority
    row.complete = report.complete
    row.caller_name = report.caller_name
    row.caller_phone = report.caller_phone
    row.answers = dict(report.answers)
    row.photo_url = report.photo_url
    row.place_key = place_key(report.place)
    row.updated_at = now


def _deliver_completion(session: Session, row: ReportRow, now: datetime) -> None:
    """Change the delivery that no worker has taken yet, else add one that completes it."""
    untouched = select(OutboxRow).where(
        OutboxRow.reference == row.reference,
        OutboxRow.state == Delivery.PENDING,
        OutboxRow.attempts == 0,
    )
    waiting = session.scalars(untouched.with_for_update()).first()
    if waiting is not None:
        waiting.payload = to_payload(report_of(row))
        waiting.updated_at = now
        return
    row.delivery = Delivery.PENDING
    _enqueue(session, OutboxKind.COMPLETION, row, now)


def _enqueue(session: Session, kind: OutboxKind, row: ReportRow, now: datetime) -> None:
    session.add(
        OutboxRow(
            kind=kind,
            reference=row.reference,
            payload=to_payload(report_of(row)),
            next_attempt_at=now,
            created_at=now,
            updated_at=now,
        )
    )


def _status(row: ReportRow) -> ReportStatus:
    return ReportStatus(
        reference=row.reference,
        problem_code=row.problem_code,
        place_label=place_of(row).label,
        requested_at=row.requested_at,
        state=ReportState.OPEN,
        backend_id=row.backend_id,
        delivered=row.delivery == Delivery.DELIVERED,
        is_current=False,
        updated_at=row.updated_at,
    )
