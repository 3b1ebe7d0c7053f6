"""The form that finds out where the caller is and tells the public places around, for Rasa."""

from __future__ import annotations

from actions import wiring
from actions.asides import ANY_WISH, is_aside
from actions.base import CallbotAction, Conversation, Event, ask_next, not_an_answer, remember
from actions.closing import go_on
from actions.nearby_query import NearbyQuery, Where, advance, begin, to_ask, told
from integrations.nearby import nearest

FORM = "nearby_form"
QUERY = "nearby_query"
_OTHER_WISHES = ANY_WISH - {"ask_contact", "out_of_scope", "report_problem"}


class ValidateNearbyForm(CallbotAction):
    """Reads the caller's turn; Rasa runs it before it asks where the caller is."""

    action_name = "validate_nearby_form"

    async def respond(self, conversation: Conversation) -> list[Event]:
        addresses = wiring.world().addresses
        query = NearbyQuery.load(conversation.slot(QUERY))
        if conversation.asked != Where.PLACE:
            after: NearbyQuery | None = begin(conversation.turn, addresses)
        elif conversation.is_back_from_aside():
            return [ask_next(to_ask(query))]
        elif is_aside(conversation.turn, conversation.offer, _OTHER_WISHES):
            return [not_an_answer(FORM)]
        else:
            after = advance(query, conversation.turn, addresses)
        if after is None:
            return [not_an_answer(FORM)]
        return [remember(QUERY, after.store()), ask_next(to_ask(after))]


class AskNearbyPlace(CallbotAction):
    """Asks where the caller is."""

    action_name = "action_ask_nearby_form_nearby_place"

    async def respond(self, conversation: Conversation) -> list[Event]:
        misses = NearbyQuery.load(conversation.slot(QUERY)).misses
        conversation.say("utter_nearby_ask_place_again" if misses else "utter_nearby_ask_place")
        return []


class TellNearby(CallbotAction):
    """Tells the nearest public places, or honestly that they are not on the map."""

    action_name = "action_tell_nearby"

    async def respond(self, conversation: Conversation) -> list[Event]:
        query = NearbyQuery.load(conversation.slot(QUERY))
        found = nearest(query.place, wiring.world().city, query.kind) if query.place else None
        if found:
            conversation.say("utter_nearby", told=told(found))
        else:
            conversation.say("utter_nearby_unknown_place" if found is None else "utter_nearby_none")
        return [remember(QUERY, None), *go_on(conversation)]
