"""The form that takes a report, for Rasa: reads a turn, asks the next question, files."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.asides import is_aside
from actions.base import CallbotAction, Conversation, Event, ask_next, not_an_answer, remember
from actions.offers import OfferKind, make_offer
from actions.report_draft import Asked, ReportDraft, to_ask
from actions.report_filing import new_report, priority, spoken_delay, spoken_reference, spoken_service
from actions.report_prompt import prompt
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
        if asked is not None and is_aside(conversation.turn, conversation.offer):
            return [not_an_answer(FORM)]
        after = advance(draft, asked, conversation.turn, world)
        if after is None:
            return [not_an_answer(FORM)]
        if after.is_dangerous and not draft.is_dangerous:
            conversation.say("utter_report_danger")
        return [remember(DRAFT, after.store()), ask_next(to_ask(after, world.city))]


class _AskReport(CallbotAction):
    """Asks one question of the form."""

    @property
    @abstractmethod
    def asked(self) -> Asked:
        """The question."""

    async def respond(self, conversation: Conversation) -> list[Event]:
        draft = ReportDraft.load(conversation.slot(DRAFT))
        question = prompt(draft, self.asked, wiring.world().city)
        conversation.say(question.name, **question.values)
        return []


class AskReportProblem(_AskReport):
    asked = Asked.PROBLEM
    action_name = "action_ask_report_form_report_problem"


class AskReportPlace(_AskReport):
    asked = Asked.PLACE
    action_name = "action_ask_report_form_report_place"


class AskReportAnswer(_AskReport):
    asked = Asked.ANSWER
    action_name = "action_ask_report_form_report_answer"


class AskReportConfirmation(_AskReport):
    asked = Asked.CONFIRMATION
    action_name = "action_ask_report_form_report_confirmation"


class AskReportPhone(_AskReport):
    asked = Asked.PHONE
    action_name = "action_ask_report_form_report_phone"


class FileReport(CallbotAction):
    """Files the confirmed report and gives the caller the reference."""

    action_name = "action_file_report"

    async def respond(self, conversation: Conversation) -> list[Event]:
        city = wiring.world().city
        turn = conversation.turn
        draft = ReportDraft.load(conversation.slot(DRAFT))
        report = new_report(draft, turn, city, is_complete=True)
        try:
            reference = await wiring.desk().file_report(report, datetime.now(city.timezone))
        except SQLAlchemyError as error:
            log.error("report_not_filed", conversation_id=turn.conversation_id, error=type(error).__name__)
            conversation.say("utter_report_failed")
            # The draft stays: hanging up tries to file it once more.
            return [make_offer(OfferKind.CALLBACK, turn)]
        conversation.say(
            "utter_report_filed",
            reference=reference,
            reference_spoken=spoken_reference(reference),
            service=spoken_service(draft, city),
            delay=spoken_delay(_delay_hours(priority(draft, city))),
        )
        return [remember(DRAFT, None), make_offer(OfferKind.MORE, turn)]


def _delay_hours(level: int) -> int:
    delays = wiring.world().city.info.priority_delays_hours
    return {int(key): hours for key, hours in delays.items()}[level]
