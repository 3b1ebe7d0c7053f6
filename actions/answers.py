"""Bare answers outside of a form: "yes", "no", an address, a correction."""

from __future__ import annotations

from actions import wiring
from actions.base import CallbotAction, Conversation, Event, go_to, go_to_form, remember, wait_for_caller
from actions.offers import OfferKind, make_offer
from actions.place_match import hear_place
from actions.procedure_form import DETAILS, current_procedure, send_link, tell_procedure
from actions.report_draft import ReportDraft
from integrations.references_spoken import spoken_references

MISSES_BEFORE_OFFERING = 2


class Affirm(CallbotAction):
    """Takes the offer of the last turn, if there was one."""

    action_name = "action_affirm"

    async def respond(self, conversation: Conversation) -> list[Event]:
        match conversation.offer:
            case None:
                if conversation.form:
                    conversation.say("utter_not_understood_here")
                    return []
                conversation.say("utter_what_do_you_need")
                return []
            case offer if offer.kind is OfferKind.CALLBACK:
                return go_to_form("callback_form")
            case offer if offer.kind is OfferKind.RESUME_REPORT:
                return go_to_form("report_form")
            case offer if offer.kind is OfferKind.TRANSFER:
                return [go_to("action_talk_to_agent")]
            case offer if offer.kind is OfferKind.LINK:
                return await send_link(conversation, offer.subject)
            case offer if offer.kind is OfferKind.PROCEDURE_DETAILS:
                return _tell_details(conversation)
            case _:
                conversation.say("utter_what_do_you_need")
                return []


class Deny(CallbotAction):
    """Declines the offer of the last turn; "nothing else" is a goodbye."""

    action_name = "action_deny"

    async def respond(self, conversation: Conversation) -> list[Event]:
        offer = conversation.offer
        if conversation.form:
            return _refuse_to_correct(conversation)
        if offer is None:
            conversation.say("utter_what_do_you_need")
            return []
        if offer.kind is OfferKind.MORE:
            conversation.say("utter_goodbye")
            return []
        conversation.say("utter_anything_else")
        return [make_offer(OfferKind.MORE, conversation.turn)]


def _refuse_to_correct(conversation: Conversation) -> list[Event]:
    """A "no" where a form asks something else: the question comes again; twice what is wrong, a person."""
    draft = ReportDraft.load(conversation.slot("report_draft"))
    if not draft.is_correcting:
        return []
    misses = remember("report_draft", draft.but(misses=draft.misses + 1).store())
    if draft.misses + 1 < MISSES_BEFORE_OFFERING:
        return [misses]
    conversation.say("utter_offer_person_lost")
    offer = make_offer(OfferKind.CALLBACK, conversation.turn)
    return [misses, offer, *wait_for_caller(conversation)]


class Inform(CallbotAction):
    """Something told without a question: the place of a problem, or the reference of a report."""

    action_name = "action_inform"

    async def respond(self, conversation: Conversation) -> list[Event]:
        world = wiring.world()
        turn = conversation.turn
        if conversation.form:
            conversation.say("utter_not_understood_here")
            return []
        if spoken_references(turn.text, world.city.info.reference_prefix):
            query = {"reference": turn.text}
            return [remember("status_query", query), go_to("action_tell_status")]
        heard = hear_place(turn, world.addresses, is_asked=False)
        if heard.place is None and not heard.choices:
            # Words that look like an answer and tell nothing: a recogniser's nonsense, most often.
            return [go_to("action_not_understood")]
        draft = ReportDraft(place=heard.place, choices=heard.choices)
        return [remember("report_draft", draft.store()), *go_to_form("report_form")]


def _tell_details(conversation: Conversation) -> list[Event]:
    procedure = current_procedure(conversation)
    assert procedure is not None, "the offer follows a procedure"
    return tell_procedure(conversation, procedure, DETAILS)


class CorrectThat(CallbotAction):
    """A correction when nothing is waiting to be confirmed."""

    action_name = "action_correct_that"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if conversation.form:
            conversation.say("utter_not_understood_here")
            return []
        conversation.say("utter_report_nothing_to_correct")
        return wait_for_caller(conversation)
