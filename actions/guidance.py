"""Keeps the caller from getting stuck: help, not understanding, not knowing, what cannot be done yet."""

from __future__ import annotations

from actions import wiring
from actions.base import CallbotAction, Conversation, Event, end_turn, go_to_form, remember, wait_for_caller
from actions.misunderstanding import Misunderstanding
from actions.nearby_query import is_about_nearby
from actions.offers import OfferKind, make_offer
from actions.report_draft import Asked, ReportDraft
from actions.report_prompt import help_prompt
from actions.second_guess import guess

_HELP = {
    "callback_subject": "utter_help_subject",
    "callback_phone": "utter_help_phone",
    "status_reference": "utter_help_reference",
    "procedure_choice": "utter_help_procedure",
    "service_choice": "utter_help_service",
    "nearby_place": "utter_help_place",
}


class Help(CallbotAction):
    """Explains what is being asked, or outside of any question what can be done."""

    action_name = "action_help"

    async def respond(self, conversation: Conversation) -> list[Event]:
        question = conversation.asked if conversation.form else ""
        if question in list(Asked):
            draft = ReportDraft.load(conversation.slot("report_draft"))
            conversation.prompt(help_prompt(draft, Asked(question), wiring.world().city))
        else:
            conversation.say(_HELP.get(question, "utter_help"))
        return wait_for_caller(conversation)


class NotUnderstood(CallbotAction):
    """Asks in another way; the second time in a row a person is offered."""

    action_name = "action_not_understood"

    async def respond(self, conversation: Conversation) -> list[Event]:
        guessed = guess(conversation)
        if guessed is not None:
            return end_turn(guessed)
        failed = _one_more_failure(conversation)
        if failed.must_offer_person:
            return _offer_person(conversation, failed, "utter_offer_person")
        if conversation.form:
            # The question follows, in other words.
            conversation.say("utter_not_understood_here")
            return [_noted(failed)]
        conversation.say("utter_not_understood")
        return end_turn([_noted(failed)])


class OutOfScope(CallbotAction):
    """Nothing a town hall does; asked twice in a row, it is more likely something that was not understood."""

    action_name = "action_out_of_scope"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if not conversation.form and is_about_nearby(conversation.turn.text):
            return go_to_form("nearby_form")
        failed = _one_more_failure(conversation)
        if failed.must_offer_person:
            return _offer_person(conversation, failed, "utter_offer_person")
        conversation.say("utter_out_of_scope")
        if not conversation.form:
            conversation.say("utter_ask_need_in_scope")
        return [_noted(failed)]


class DontKnow(CallbotAction):
    """The caller cannot say: explains the question once, then offers a person."""

    action_name = "action_dont_know"

    async def respond(self, conversation: Conversation) -> list[Event]:
        failed = _one_more_failure(conversation)
        is_asked_where = bool(conversation.form) and conversation.asked == Asked.PLACE
        if failed.must_offer_person or not is_asked_where:
            return _offer_person(conversation, failed, "utter_offer_person_lost")
        conversation.say("utter_report_ask_place_hint")
        return [_noted(failed), *wait_for_caller(conversation)]


def _one_more_failure(conversation: Conversation) -> Misunderstanding:
    before = Misunderstanding.load(conversation.slot("misunderstanding"))
    return before.again(conversation.turn.number)


def _noted(failed: Misunderstanding) -> Event:
    return remember("misunderstanding", failed.store())


def _offer_person(conversation: Conversation, failed: Misunderstanding, sentence: str) -> list[Event]:
    conversation.say(sentence)
    offer = make_offer(OfferKind.CALLBACK, conversation.turn, conversation.turn.text)
    return [_noted(failed), offer, *wait_for_caller(conversation)]
