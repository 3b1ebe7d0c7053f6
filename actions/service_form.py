"""The form that finds out which service is asked about, and the hours or contact told of it, for Rasa."""

from __future__ import annotations

from datetime import datetime

from actions import wiring
from actions.agent import can_put_through
from actions.asides import ANY_WISH, is_aside
from actions.base import (
    CallbotAction,
    Conversation,
    Event,
    ask_next,
    end_turn,
    go_to_form,
    not_an_answer,
    remember,
)
from actions.closing import go_on, interrupted_form
from actions.offers import OfferKind, make_offer
from actions.procedure_form import medium_of, tell_authority
from actions.service_match import Entry, spoken_name
from actions.service_query import ServiceQuery, Topic, Which, advance, begin, entry_of, to_ask
from actions.texts import choice_of
from actions.turn import Turn
from integrations.city_models import Authority, Service
from integrations.directory_contact import asked_contact, contact_sentence
from integrations.directory_people import named_person
from integrations.opening_hours_answer import answer
from integrations.opening_hours_parse import parse_when
from integrations.spoken_hours import sentence

FORM = "service_form"
QUERY = "service_query"
TOLD = "service_told"
_OTHER_WISHES = ANY_WISH - {"ask_opening_hours", "ask_contact", "out_of_scope"}


def _topic(turn: Turn) -> Topic:
    return Topic.CONTACT if turn.intent == "ask_contact" else Topic.HOURS


class ValidateServiceForm(CallbotAction):
    """Reads the caller's turn; Rasa runs it before it asks which service is meant."""

    action_name = "validate_service_form"

    async def respond(self, conversation: Conversation) -> list[Event]:
        turn = conversation.turn
        query = ServiceQuery.load(conversation.slot(QUERY))
        is_asked = conversation.asked == Which.SERVICE
        if is_asked and conversation.is_back_from_aside():
            return [ask_next(to_ask(query))]
        if not is_asked:
            last = ServiceQuery.load(conversation.slot(TOLD))
            after: ServiceQuery | None = begin(_topic(turn), turn, last, wiring.directory())
        elif is_aside(turn, conversation.offer, _OTHER_WISHES):
            return [not_an_answer(FORM)]
        else:
            after = advance(query, turn, wiring.directory())
        if after is None:
            return [not_an_answer(FORM)]
        return [remember(QUERY, after.store()), ask_next(to_ask(after))]


class AskServiceChoice(CallbotAction):
    """Asks which service is meant."""

    action_name = "action_ask_service_form_service_choice"

    async def respond(self, conversation: Conversation) -> list[Event]:
        query = ServiceQuery.load(conversation.slot(QUERY))
        city = wiring.world().city
        entries = [entry for code in query.choices if (entry := entry_of(code, city)) is not None]
        person = named_person(query.words)
        if entries:
            names = [spoken_name(entry) for entry in entries]
            buttons = [{"title": entry.name, "payload": entry.name} for entry in entries]
            conversation.say("utter_service_choose", choices=choice_of(names), buttons=buttons)
        elif person:
            conversation.say("utter_service_ask_of_person", person=person)
        else:
            again = "_again" if query.misses else ""
            conversation.say(f"utter_service_ask_{query.topic}{again}")
        return []


class TellService(CallbotAction):
    """Tells the hours of the service, or how to reach it."""

    action_name = "action_tell_service"

    async def respond(self, conversation: Conversation) -> list[Event]:
        query = ServiceQuery.load(conversation.slot(QUERY))
        city = await wiring.city_now()
        entry = entry_of(query.code, city)
        forget = remember(QUERY, None)
        if query.is_nearby:
            return [forget, *go_to_form("nearby_form")]
        if entry is None:
            conversation.say("utter_service_unknown")
            return [forget, make_offer(OfferKind.CALLBACK, conversation.turn, query.words)]
        told = remember(TOLD, ServiceQuery(topic=query.topic, code=entry.code).store())
        return [forget, told, *_tell(conversation, entry, query, datetime.now(city.timezone))]


class TellHoursAgain(CallbotAction):
    """Tells the hours of the service that was told last, of another day."""

    action_name = "action_tell_hours_again"

    async def respond(self, conversation: Conversation) -> list[Event]:
        city = await wiring.city_now()
        last = ServiceQuery.load(conversation.slot(TOLD)).but(words=conversation.turn.text)
        entry = entry_of(last.code, city)
        assert entry is not None, "hours were told before"
        return end_turn(_tell(conversation, entry, last, datetime.now(city.timezone)))


class TellOfAnotherService(CallbotAction):
    """Tells of another service what was just told of one."""

    action_name = "action_tell_of_another_service"

    async def respond(self, conversation: Conversation) -> list[Event]:
        city = await wiring.city_now()
        last = ServiceQuery.load(conversation.slot(TOLD))
        query = begin(last.topic, conversation.turn, last, wiring.directory())
        entry = entry_of(query.code, city)
        assert entry is not None, "a service was named"
        told = remember(TOLD, ServiceQuery(topic=query.topic, code=entry.code).store())
        return end_turn([told, *_tell(conversation, entry, query, datetime.now(city.timezone))])


def _tell(conversation: Conversation, entry: Entry, query: ServiceQuery, now: datetime) -> list[Event]:
    if isinstance(entry, Authority):
        return tell_authority(conversation, entry)
    medium = medium_of(conversation.turn)
    if query.topic is Topic.HOURS:
        hours = sentence(answer(entry, parse_when(query.words, now), now), medium)
        conversation.say("utter_hours", service=spoken_name(entry), told=hours)
        return go_on(conversation)
    return _tell_contact(conversation, entry, query, now)


def _tell_contact(
    conversation: Conversation, service: Service, query: ServiceQuery, now: datetime
) -> list[Event]:
    told = contact_sentence(service, asked_contact(query.words), medium_of(conversation.turn))
    if not told:
        conversation.say("utter_contact_unknown", service=spoken_name(service))
        return [make_offer(OfferKind.CALLBACK, conversation.turn, query.words)]
    conversation.say("utter_contact", service=spoken_name(service), told=told)
    if can_put_through(service, conversation.turn, now) and not interrupted_form(conversation):
        conversation.say("utter_offer_transfer")
        return [make_offer(OfferKind.TRANSFER, conversation.turn, service.code)]
    return go_on(conversation)
