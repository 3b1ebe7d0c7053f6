"""How people talk to each other: greetings, thanks, patience, repeating, leaving."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.base import CallbotAction, Conversation, Event, leave_form, remember, wait_for_caller
from actions.last_words import last_words
from actions.offers import Offer, OfferKind, make_offer
from actions.report_draft import ReportDraft
from actions.report_filing import file_unfinished, spoken_reference

INSULTS_BEFORE_OFFERING = 2
_WISHES = {"speak_slower": {"rate": "slower"}, "speak_louder": {"gain": "louder"}}
_REPEATED_WITH = {"speak_slower": "utter_slower", "speak_louder": "utter_louder"}
log = structlog.get_logger()


class Greet(CallbotAction):
    action_name = "action_greet"

    async def respond(self, conversation: Conversation) -> list[Event]:
        conversation.say("utter_greet_again" if conversation.form else "utter_greet")
        return []


class Thank(CallbotAction):
    action_name = "action_thank"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if conversation.form:
            conversation.say("utter_you_are_welcome")
            return []
        conversation.say("utter_thank")
        return [make_offer(OfferKind.MORE, conversation.turn)]


class Wait(CallbotAction):
    action_name = "action_wait"

    async def respond(self, conversation: Conversation) -> list[Event]:
        conversation.say("utter_wait")
        return [*_keep_offer(conversation), *wait_for_caller(conversation)]


class Repeat(CallbotAction):
    """Says the last words again: as they were, slower or louder; asked once more, in other words."""

    action_name = "action_repeat"

    async def respond(self, conversation: Conversation) -> list[Event]:
        last = last_words(conversation.tracker.events)
        if last is None:
            conversation.say("utter_nothing_to_repeat")
        elif last.was_repeated and last.sentences and conversation.turn.intent == "repeat":
            for sentence in last.sentences:
                conversation.say(sentence.name, **sentence.values)
        else:
            intent = conversation.turn.intent
            name = _REPEATED_WITH.get(intent, "utter_repeat")
            conversation.say_again(name, last.text, last.custom, last.buttons, _WISHES.get(intent))
        return [*_keep_offer(conversation), *wait_for_caller(conversation)]


class BotChallenge(CallbotAction):
    action_name = "action_bot_challenge"

    async def respond(self, conversation: Conversation) -> list[Event]:
        conversation.say("utter_bot_challenge")
        if not conversation.form:
            conversation.say("utter_what_do_you_need")
        return []


class ChangeLanguage(CallbotAction):
    action_name = "action_change_language"

    async def respond(self, conversation: Conversation) -> list[Event]:
        conversation.say("utter_change_language")
        return wait_for_caller(conversation)


class Insult(CallbotAction):
    """Stays calm; the second time a person is offered."""

    action_name = "action_insult"

    async def respond(self, conversation: Conversation) -> list[Event]:
        insults = int(conversation.slot("insults") or 0) + 1
        count = remember("insults", insults)
        if insults >= INSULTS_BEFORE_OFFERING:
            conversation.say("utter_offer_person_calmly")
            offer = make_offer(OfferKind.CALLBACK, conversation.turn)
            return [count, offer, *wait_for_caller(conversation)]
        conversation.say("utter_insult")
        if not conversation.form:
            conversation.say("utter_what_do_you_need")
        return [count]


class Emergency(CallbotAction):
    """Sends to the emergency numbers; nothing else is asked in the same breath."""

    action_name = "action_emergency"

    async def respond(self, conversation: Conversation) -> list[Event]:
        log.warning("emergency", call_id=conversation.turn.conversation_id)
        conversation.say("utter_emergency")
        return wait_for_caller(conversation)


class Cancel(CallbotAction):
    """Drops what is being taken; nothing of it is kept."""

    action_name = "action_cancel"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if not conversation.form:
            conversation.say("utter_anything_else")
            return [make_offer(OfferKind.MORE, conversation.turn)]
        conversation.say("utter_cancelled")
        return [*_forget_all(), make_offer(OfferKind.MORE, conversation.turn)]


class StartOver(CallbotAction):
    action_name = "action_start_over"

    async def respond(self, conversation: Conversation) -> list[Event]:
        conversation.say("utter_start_over")
        return _forget_all()


class Goodbye(CallbotAction):
    """The caller takes leave: what was not confirmed is filed as it is."""

    action_name = "action_goodbye"

    async def respond(self, conversation: Conversation) -> list[Event]:
        reference = await _file_what_is_known(conversation)
        if reference is None:
            conversation.say("utter_goodbye")
        else:
            conversation.say(
                "utter_goodbye_report_kept",
                reference=reference,
                reference_spoken=spoken_reference(reference),
            )
        return _forget_all()


class HangUp(CallbotAction):
    """The caller hung up: nobody listens any more, but what is known of a report is not lost."""

    action_name = "action_hang_up"

    async def respond(self, conversation: Conversation) -> list[Event]:
        await _file_what_is_known(conversation)
        return _forget_all()


async def _file_what_is_known(conversation: Conversation) -> str | None:
    city = wiring.world().city
    turn = conversation.turn
    draft = ReportDraft.load(conversation.slot("report_draft"))
    try:
        return await file_unfinished(draft, turn, city, wiring.desk(), datetime.now(city.timezone))
    except SQLAlchemyError as error:
        log.error("report_not_filed", call_id=turn.conversation_id, error=type(error).__name__)
        return None


def _keep_offer(conversation: Conversation) -> list[Event]:
    """An offer stands as long as the caller has not answered it."""
    offer: Offer | None = conversation.offer
    return [make_offer(offer.kind, conversation.turn, offer.subject)] if offer else []


def _forget_all() -> list[Event]:
    drafts = ("report_draft", "callback_draft", "status_query", "offer")
    return [*leave_form(), *(remember(slot, None) for slot in drafts)]
