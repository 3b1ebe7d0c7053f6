"""The form that notes a call-back, for Rasa."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.asides import ANY_WISH, is_aside, is_manners
from actions.base import CallbotAction, Conversation, Event, ask_next, not_an_answer, remember
from actions.callback_draft import Asked, CallbackDraft, advance, begin, to_ask
from actions.offers import OfferKind, make_offer
from actions.phone_number import spoken_phone
from actions.prompt import Prompt
from actions.report_draft import ReportDraft
from actions.report_filing import known_place
from actions.report_prompt import spoken_problem
from actions.service_match import SWITCHBOARD
from actions.turn import Turn
from integrations.desk_callbacks import callback_due_at
from integrations.desk_types import NewCallback

FORM = "callback_form"
DRAFT = "callback_draft"
_SUBJECT_TOO = frozenset({"talk_to_agent", "request_callback", "greet", "thank"})
log = structlog.get_logger()


class ValidateCallbackForm(CallbotAction):
    """Reads the caller's turn; Rasa runs it before each question of the form."""

    action_name = "validate_callback_form"

    async def respond(self, conversation: Conversation) -> list[Event]:
        slot = conversation.slot(DRAFT)
        question = conversation.asked
        draft = CallbackDraft.load(slot)
        if slot is not None and conversation.is_back_from_aside():
            return [ask_next(to_ask(draft))]
        if slot is None or question not in list(Asked):
            return self._begin(conversation)
        asked = Asked(question)
        if asked is Asked.PHONE and is_aside(conversation.turn, conversation.offer, ANY_WISH):
            return [not_an_answer(FORM)]
        if asked is Asked.SUBJECT and not _is_subject(conversation.turn):
            return [not_an_answer(FORM)]
        after = advance(draft, asked, conversation.turn, wiring.directory())
        if after is None:
            return [not_an_answer(FORM)]
        return [remember(DRAFT, after.store()), ask_next(to_ask(after))]

    def _begin(self, conversation: Conversation) -> list[Event]:
        city = wiring.world().city
        report = ReportDraft.load(conversation.slot("report_draft"))
        about_report = " ".join(
            part for part in (spoken_problem(report, city), known_place(report.place)) if part
        )
        offered = conversation.offer.subject if conversation.offer else ""
        draft = begin(conversation.turn, wiring.directory(), offered or about_report)
        if draft.service != SWITCHBOARD:
            conversation.say("utter_callback_for_service", service=city.services[draft.service].names[0])
        return [remember(DRAFT, draft.store()), ask_next(to_ask(draft))]


def _is_subject(turn: Turn) -> bool:
    """Any words are a subject, "mon passeport" or "parler à quelqu'un" too; only manners are none."""
    return bool(turn.text) and (turn.intent in _SUBJECT_TOO or not is_manners(turn))


class AskCallbackSubject(CallbotAction):
    """Asks what the call-back is about."""

    action_name = "action_ask_callback_form_callback_subject"

    async def respond(self, conversation: Conversation) -> list[Event]:
        draft = CallbackDraft.load(conversation.slot(DRAFT))
        coming = [_propose_phone(draft)] if draft.proposed else []
        conversation.say("utter_callback_ask_subject", ahead=coming)
        return []


class AskCallbackPhone(CallbotAction):
    """Proposes the calling number, or asks for one."""

    action_name = "action_ask_callback_form_callback_phone"

    async def respond(self, conversation: Conversation) -> list[Event]:
        draft = CallbackDraft.load(conversation.slot(DRAFT))
        if draft.proposed:
            conversation.prompt(_propose_phone(draft))
        elif draft.misses:
            conversation.say("utter_callback_ask_phone_again")
        else:
            conversation.say("utter_callback_ask_phone")
        return []


def _propose_phone(draft: CallbackDraft) -> Prompt:
    return Prompt("utter_callback_propose_phone", {"phone": spoken_phone(draft.proposed)})


class RequestCallback(CallbotAction):
    """Writes the call-back down and says so."""

    action_name = "action_request_callback"

    async def respond(self, conversation: Conversation) -> list[Event]:
        turn = conversation.turn
        draft = CallbackDraft.load(conversation.slot(DRAFT))
        report = ReportDraft.load(conversation.slot("report_draft"))
        if not draft.phone:
            conversation.say("utter_callback_no_phone")
            return [remember(DRAFT, None), make_offer(OfferKind.MORE, turn)]
        now = datetime.now(wiring.world().city.timezone)
        callback = NewCallback(
            conversation_id=turn.conversation_id,
            phone=draft.phone,
            service=draft.service,
            reason=draft.subject,
            due_at=callback_due_at(await wiring.city_now(), draft.service, now),
        )
        try:
            await wiring.desk().request_callback(callback, now)
        except SQLAlchemyError as error:
            log.error("callback_not_recorded", call_id=turn.conversation_id, error=type(error).__name__)
            conversation.say("utter_callback_failed")
            return [remember(DRAFT, None), make_offer(OfferKind.MORE, turn)]
        return [remember(DRAFT, None), self._go_on(conversation, draft, report)]

    def _go_on(self, conversation: Conversation, draft: CallbackDraft, report: ReportDraft) -> Event:
        phone = spoken_phone(draft.phone)
        problem = spoken_problem(report, wiring.world().city)
        if not problem:
            conversation.say("utter_callback_recorded", phone=phone)
            return make_offer(OfferKind.MORE, conversation.turn)
        conversation.say("utter_callback_recorded_then_report", phone=phone)
        conversation.say("utter_offer_resume_report", problem=problem)
        return make_offer(OfferKind.RESUME_REPORT, conversation.turn)
