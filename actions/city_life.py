"""What the city offers beyond its counters: taking part, going out; and what is not the city's."""

from __future__ import annotations

from datetime import datetime

from actions import wiring
from actions.base import CallbotAction, Conversation, Event, go_to_form, wait_for_caller
from actions.closing import go_on
from actions.nearby_query import is_about_nearby
from actions.offers import OfferKind, make_offer
from actions.procedure_form import medium_of, tell_authority, tell_procedure
from actions.service_match import hear_service
from integrations.city_models import Authority
from integrations.events import chosen_events, events_sentence
from integrations.opening_hours_words import Medium
from integrations.procedures_search import Verdict

_PARTICIPATION = "participation"


class TellParticipation(CallbotAction):
    """Tells how to take part: the council, a survey, the budget; else where all of it stands."""

    action_name = "action_tell_participation"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if is_about_nearby(conversation.turn.text):
            return go_to_form("nearby_form")
        found = wiring.procedures().search(conversation.turn.text)
        ours = [
            candidate.procedure
            for candidate in found.candidates
            if candidate.procedure.where == _PARTICIPATION or found.verdict is Verdict.CLEAR
        ]
        if ours:
            return tell_procedure(conversation, ours[0])
        conversation.say("utter_participation", link=wiring.world().city.info.portals["participation"])
        return go_on(conversation)


class TellEvents(CallbotAction):
    """Tells the next events of the city's calendar; says so when the city has given none."""

    action_name = "action_tell_events"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if is_about_nearby(conversation.turn.text):
            return go_to_form("nearby_form")
        city = wiring.world().city
        medium = medium_of(conversation.turn)
        now = datetime.now(city.timezone)
        coming = await wiring.events().coming(now)
        told = events_sentence(chosen_events(coming, conversation.turn.text, now), now, medium)
        if told:
            conversation.say("utter_events", told=told)
        else:
            link = city.info.portals["website"] if medium is Medium.CHAT else ""
            conversation.say("utter_events_unknown", link=link)
        return go_on(conversation)


class TellAuthority(CallbotAction):
    """Says whose matter it is when it is not the city's."""

    action_name = "action_tell_authority"

    async def respond(self, conversation: Conversation) -> list[Event]:
        if is_about_nearby(conversation.turn.text):
            return go_to_form("nearby_form")
        heard = hear_service(conversation.turn, wiring.directory())
        entries = [entry for entry in (heard.entry, *heard.choices) if isinstance(entry, Authority)]
        if entries:
            return tell_authority(conversation, entries[0])
        conversation.say("utter_other_authority")
        offer = make_offer(OfferKind.CALLBACK, conversation.turn, conversation.turn.text)
        return [offer, *wait_for_caller(conversation)]
