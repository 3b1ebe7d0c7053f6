"""The form that takes a report, for Rasa: reads a turn, asks the next question."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.asides import is_aside
from actions.base import CallbotAction, Conversation, Event, ask_next, not_an_answer, remember
from actions.report_correction import says_what_is_wrong
from actions.report_draft import Asked, ReportDraft, to_ask, to_look_up
from actions.report_prompt import ahead, prompt
from actions.report_turn import advance

FORM = "report_form"
DRAFT = "report_draft"
log = structlog.get_logger()


def asked_in(conversation: Conversation) -> Asked | None:
    """The form's question that the caller is answering; None when the form has just started."""
    question = conversation.asked
    return Asked(question) if question in list(Asked) else None


class ValidateReportForm(CallbotAction):
    """Reads the caller's turn; Rasa runs it before each question of the form."""

    action_name = "validate_report_form"

    async def respond(self, conversation: Conversation) -> list[Event]:
        world = wiring.world()
        draft = ReportDraft.load(conversation.slot(DRAFT))
        if conversation.is_back_from_aside():
            return [ask_next(to_ask(draft, world.city))]
        asked = asked_in(conversation)
        is_answer = asked is None or says_what_is_wrong(draft, conversation.turn)
        if not is_answer and is_aside(conversation.turn, conversation.offer):
            return [not_an_answer(FORM)]
        after = advance(draft, asked, conversation.turn, world)
        if after is None:
            return [not_an_answer(FORM)]
        if after.is_dangerous and not draft.is_dangerous:
            conversation.say("utter_report_danger")
        after = await _looked_up(after, conversation)
        return [remember(DRAFT, after.store()), ask_next(to_ask(after, world.city))]


async def _looked_up(draft: ReportDraft, conversation: Conversation) -> ReportDraft:
    """Ask the desk whether somebody has told of the same problem; without an answer it is a new one."""
    city = wiring.world().city
    key = to_look_up(draft, city)
    if not key or draft.place is None:
        return draft
    turn = conversation.turn
    now = datetime.now(city.timezone)
    try:
        known = await wiring.desk().find_open_duplicate(
            draft.problem_code, draft.place, now, turn.conversation_id
        )
    except SQLAlchemyError as error:
        log.error("known_reports_not_read", call_id=turn.conversation_id, error=type(error).__name__)
        known = None
    reference, label = (known.reference, known.place_label) if known else ("", "")
    return draft.but(looked_up=key, known_reference=reference, known_label=label)


class _AskReport(CallbotAction):
    """Asks one question of the form."""

    @property
    @abstractmethod
    def asked(self) -> Asked:
        """The question."""

    async def respond(self, conversation: Conversation) -> list[Event]:
        draft = ReportDraft.load(conversation.slot(DRAFT))
        city = wiring.world().city
        conversation.prompt(prompt(draft, self.asked, city), ahead=ahead(draft, self.asked, city))
        return []


class AskReportProblem(_AskReport):
    asked = Asked.PROBLEM
    action_name = "action_ask_report_form_report_problem"


class AskReportPlace(_AskReport):
    asked = Asked.PLACE
    action_name = "action_ask_report_form_report_place"


class AskReportKnown(_AskReport):
    asked = Asked.KNOWN
    action_name = "action_ask_report_form_report_known"


class AskReportAnswer(_AskReport):
    asked = Asked.ANSWER
    action_name = "action_ask_report_form_report_answer"


class AskReportConfirmation(_AskReport):
    asked = Asked.CONFIRMATION
    action_name = "action_ask_report_form_report_confirmation"


class AskReportPhone(_AskReport):
    asked = Asked.PHONE
    action_name = "action_ask_report_form_report_phone"
