"""A person is wanted now: the caller is put through, or called back when nobody can answer."""

from __future__ import annotations

import re
from datetime import datetime

from actions import wiring
from actions.base import CallbotAction, Conversation, Event, end_turn, go_to, leave_form, remember
from actions.callback_draft import begin
from actions.offers import OfferKind
from actions.procedure_form import medium_of, tell_authority
from actions.report_draft import ReportDraft
from actions.report_filing import known_place
from actions.report_prompt import spoken_problem
from actions.service_match import SWITCHBOARD, hear_service, spoken_name
from actions.service_query import ServiceQuery, is_about_another_service
from actions.turn import Turn
from integrations.city_models import Authority, Service
from integrations.directory_people import named_person
from integrations.opening_hours import span_at
from integrations.opening_hours_answer import answer
from integrations.opening_hours_when import Now
from integrations.spoken_hours import sentence

PRONOUN = re.compile(
    r"\b(?:me|la|le|les|l')\b[- ]*(?:l[ae]s?[- ])?passe[rz]\b|\bpasse[rz][- ]l[ae]s?\b", re.I
)


def can_put_through(service: Service, turn: Turn, now: datetime) -> bool:
    """Whether somebody of the service may answer now. A chat is handed over, a call is transferred."""
    if span_at(service, now) is None:
        return False
    is_on_the_phone = turn.channel == "voice"
    return not is_on_the_phone or bool(service.transfer_to and wiring.settings().transfer_uri)


class TalkToAgent(CallbotAction):
    """Puts the caller through to the service that was named, else to the switchboard."""

    action_name = "action_talk_to_agent"

    async def respond(self, conversation: Conversation) -> list[Event]:
        city = await wiring.city_now()
        told = ServiceQuery.load(conversation.slot("service_told"))
        if is_about_another_service(conversation.turn, told, wiring.directory()):
            return [go_to("action_tell_of_another_service")]
        entry = _wanted(conversation)
        if isinstance(entry, Authority):
            return end_turn(tell_authority(conversation, entry))
        service = city.services[entry.code if entry is not None else SWITCHBOARD]
        now = datetime.now(city.timezone)
        if can_put_through(service, conversation.turn, now):
            summary = _summary(conversation)
            conversation.say(
                "utter_transfer", service=spoken_name(service), code=service.code, summary=summary
            )
            return end_turn(leave_form())
        if span_at(service, now) is None:
            hours = sentence(answer(service, Now(), now), medium_of(conversation.turn))
            conversation.say("utter_agent_closed", told=hours)
        draft = begin(conversation.turn, wiring.directory(), "")
        if draft.service == SWITCHBOARD and entry is not None:
            draft = draft.but(service=service.code, subject=conversation.turn.text)
        if draft.service != SWITCHBOARD:
            conversation.say("utter_callback_for_service", service=spoken_name(city.services[draft.service]))
            return [remember("callback_draft", draft.store()), *leave_form(), go_to("callback_form")]
        # The form starts from this very turn: it knows what of a report was told already.
        return [*leave_form(), go_to("callback_form")]


def _wanted(conversation: Conversation) -> Service | Authority | None:
    offer = conversation.offer
    if offer is not None and offer.kind is OfferKind.TRANSFER and conversation.turn.intent == "affirm":
        return wiring.world().city.services.get(offer.subject)
    if not conversation.turn.text:
        return None
    heard = hear_service(conversation.turn, wiring.directory()).entry
    if heard is None and PRONOUN.search(conversation.turn.text):
        # "Passez-les-moi": the service that was told last.
        told = ServiceQuery.load(conversation.slot("service_told"))
        return wiring.world().city.services.get(told.code)
    return heard


def _summary(conversation: Conversation) -> str:
    """What the person who answers is told first: who is asked for and what it is about."""
    report = ReportDraft.load(conversation.slot("report_draft"))
    problem = spoken_problem(report, wiring.world().city)
    place = known_place(report.place)
    person = named_person(conversation.turn.text)
    return ", ".join(part for part in (person, problem, place) if part) or conversation.turn.text
