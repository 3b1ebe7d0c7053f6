"""The report being taken: what is known so far and what is to be asked next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from integrations.city import City
from integrations.city_models import ProblemType, Question
from integrations.protocols import Place

# The Open311 code of a problem that none of the city's types describes: a person sorts it.
OTHER = "autre"


class Asked(StrEnum):
    """What the form asks; the values are the form's slots."""

    PROBLEM = "report_problem"
    PLACE = "report_place"
    KNOWN = "report_known"
    ANSWER = "report_answer"
    CONFIRMATION = "report_confirmation"
    PHONE = "report_phone"


class ReportDraft(BaseModel):
    """What is known of a report. It lives in Rasa's tracker between two turns, hence pydantic.

    problem_code: a key of problem_types.yml or OTHER, "" when not known yet.
    description: the caller's words about the problem.
    choices: places that sound alike, the caller has to choose.
    skipped: what was asked once and had no answer; it is not asked again.
    misses: how often in a row the present question had no usable answer.
    photo_url: of the photo that the caller sent.
    looked_up: the problem and place for which the desk was asked whether somebody had told of them already.
    known_reference, known_label: the report that was found, until the caller says whether it is the same.
    joins: it is the same, so this caller is added to it.
    proposed_phone: the calling number, until the caller has said whether it may be kept. phone: a number
        that may be kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    problem_code: str = ""
    description: str = ""
    place: Place | None = None
    choices: tuple[Place, ...] = ()
    answers: dict[str, str] = {}
    skipped: tuple[str, ...] = ()
    misses: int = 0
    is_dangerous: bool = False
    is_correcting: bool = False
    is_confirmed: bool = False
    photo_url: str = ""
    looked_up: str = ""
    known_reference: str = ""
    known_label: str = ""
    joins: bool = False
    proposed_phone: str = ""
    phone: str = ""

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> ReportDraft:
        """Read the draft from its slot. Raises ValidationError when somebody else wrote there."""
        return cls.model_validate(slot or {})

    def store(self) -> dict[str, Any]:
        """Return the value of the slot."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def but(self, **changes: Any) -> ReportDraft:
        """Return a copy with some fields changed."""
        return self.model_copy(update=changes)

    @property
    def is_worth_filing(self) -> bool:
        """What and where are known, so that a crew can be sent even if the caller leaves now."""
        return bool(self.problem_code) and self.place is not None

    def problem_type(self, city: City) -> ProblemType | None:
        """The city's entry for the problem; None when unknown or OTHER."""
        return city.problem_types.get(self.problem_code)


def to_look_up(draft: ReportDraft, city: City) -> str:
    """What identifies the problem and its place for the desk; "" when it need not be asked (again)."""
    is_complete = bool(draft.problem_code) and draft.problem_code != OTHER and draft.place is not None
    if not is_complete or draft.choices or lacks_number(draft) or draft.joins:
        return ""
    assert draft.place is not None
    key = f"{draft.problem_code} {draft.place.label}"
    return "" if key == draft.looked_up else key


NUMBER = "number"


def lacks_number(draft: ReportDraft) -> bool:
    """Whether a street or a district is known but not where in it, and the caller was not asked yet."""
    place = draft.place
    if place is None or NUMBER in draft.skipped or place.landmark or place.latitude is not None:
        return False
    return not place.house_number if place.street else bool(place.district)


def open_question(draft: ReportDraft, city: City) -> Question | None:
    """The first of the category's own questions that must be asked and was not."""
    problem = draft.problem_type(city)
    for question in problem.questions if problem else ():
        if question.required and question.code not in draft.answers and question.code not in draft.skipped:
            return question
    return None


def to_ask(draft: ReportDraft, city: City) -> Asked | None:
    """What the form asks next; None when nothing is left to ask."""
    if not draft.problem_code:
        return Asked.PROBLEM
    if draft.place is None or draft.choices or lacks_number(draft):
        return Asked.PLACE
    if draft.joins:
        return Asked.PHONE if draft.proposed_phone else None
    if draft.known_reference:
        return Asked.KNOWN
    if open_question(draft, city) is not None:
        return Asked.ANSWER
    if not draft.is_confirmed:
        return Asked.CONFIRMATION
    return Asked.PHONE if draft.proposed_phone else None
