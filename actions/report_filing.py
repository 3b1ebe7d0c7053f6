"""Hands a draft over to the desk."""

from __future__ import annotations

from datetime import datetime

from actions.report_draft import ReportDraft
from actions.turn import Turn
from integrations.city import City
from integrations.desk import Desk
from integrations.desk_types import NewReport
from integrations.protocols import Place

LOWEST_PRIORITY = 3
# The question whose "yes" makes a problem more urgent.
DANGER_QUESTION = "danger"


def new_report(draft: ReportDraft, turn: Turn, city: City, *, is_complete: bool) -> NewReport:
    """Make the report that a draft amounts to. Its place must be known."""
    assert draft.place is not None, "only drafts worth filing are filed"
    return NewReport(
        conversation_id=turn.conversation_id,
        problem_code=draft.problem_code,
        description=draft.description,
        place=draft.place,
        source="chat" if turn.channel == "chat" else "phone",
        priority=priority(draft, city),
        complete=is_complete,
        caller_phone=draft.phone,
        answers=draft.answers,
        photo_url=draft.photo_url,
    )


def priority(draft: ReportDraft, city: City) -> int:
    """1 (within 48 h) to 3: the city's level for the problem, raised when somebody may be hurt."""
    if draft.is_dangerous:
        return 1
    problem = draft.problem_type(city)
    level = problem.priority if problem else LOWEST_PRIORITY
    return max(1, level - 1) if draft.answers.get(DANGER_QUESTION) == "oui" else level


async def file_or_join(draft: ReportDraft, turn: Turn, city: City, desk: Desk, now: datetime) -> str:
    """File a report, or add the caller to the known one; return its reference. Raises SQLAlchemyError."""
    if draft.joins:
        try:
            return await desk.join_report(draft.known_reference, turn.conversation_id, draft.phone, now)
        except LookupError:
            # Closed and forgotten in the meantime: then it is a new one.
            pass
    is_complete = draft.is_confirmed or draft.joins
    return await desk.file_report(new_report(draft, turn, city, is_complete=is_complete), now)


async def file_unfinished(
    draft: ReportDraft, turn: Turn, city: City, desk: Desk, now: datetime
) -> str | None:
    """File what is known of a report that the caller left; None when that is too little to act on."""
    if not draft.is_worth_filing:
        return None
    return await file_or_join(draft, turn, city, desk, now)


def spoken_reference(reference: str) -> str:
    """The digits of a reference one by one, in its groups: "2 6, 0 4 1 2, 7"."""
    groups = [group for group in reference.split() if group.isdigit()]
    return ", ".join(" ".join(group) for group in groups)


def known_place(place: Place | None) -> str:
    """The place for a person to read; "" when there is none."""
    return place.label if place else ""
