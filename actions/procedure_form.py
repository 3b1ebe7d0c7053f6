"""The form that finds out which procedure is wanted, and what is told of it, for Rasa."""

from __future__ import annotations

from actions import wiring
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
from actions.procedure_query import ProcedureQuery, Wish, advance, asked_aspects, begin, is_unnamed, to_ask
from actions.prompt import Prompt
from actions.service_match import hear_service
from actions.sms import mobile_of, send
from actions.texts import choice_of, lower_first
from actions.turn import Turn
from integrations.city_models import Authority
from integrations.city_procedures import Procedure
from integrations.directory_contact import Contact, contact_sentence
from integrations.notifications_rules import link_notice
from integrations.opening_hours_words import Medium
from integrations.procedures_catalogue import Aspect
from integrations.procedures_search import Verdict

FORM = "procedure_form"
QUERY = "procedure_query"
CURRENT = "procedure_current"
# What is told to who takes the offer of details.
DETAILS = (Aspect.DOCUMENTS, Aspect.PRICE, Aspect.DELAY)
# Any words may name a procedure: only what is plainly another wish leads elsewhere.
_OTHER_WISHES = ANY_WISH - {"ask_procedure", "ask_procedure_detail", "ask_participation", "out_of_scope"}


def medium_of(turn: Turn) -> Medium:
    return Medium.CHAT if turn.channel == "chat" else Medium.VOICE


class ValidateProcedureForm(CallbotAction):
    """Reads the caller's turn; Rasa runs it before it asks which procedure is meant."""

    action_name = "validate_procedure_form"

    async def respond(self, conversation: Conversation) -> list[Event]:
        is_asked = conversation.asked == Wish.PROCEDURE
        query = ProcedureQuery.load(conversation.slot(QUERY))
        if conversation.is_back_from_aside() and is_asked:
            return [ask_next(to_ask(query))]
        if not is_asked:
            # What an earlier question left behind is over, but the aspects that lead here are wanted.
            fresh = ProcedureQuery(aspects=asked_aspects(conversation.turn))
            after: ProcedureQuery | None = begin(fresh, conversation.turn, wiring.procedures())
        elif is_aside(conversation.turn, conversation.offer, _OTHER_WISHES):
            return [not_an_answer(FORM)]
        else:
            after = advance(query, conversation.turn, wiring.procedures())
        if after is None:
            return [not_an_answer(FORM)]
        if after.misses and not after.has_given_up and _authority(conversation.turn):
            after = after.but(has_given_up=True)
        return [remember(QUERY, after.store()), ask_next(to_ask(after))]


class AskProcedureChoice(CallbotAction):
    """Asks which procedure is meant: among a few, or in the caller's words."""

    action_name = "action_ask_procedure_form_procedure_choice"

    async def respond(self, conversation: Conversation) -> list[Event]:
        query = ProcedureQuery.load(conversation.slot(QUERY))
        procedures = wiring.procedures()
        titles = [found.title for code in query.choices if (found := procedures.get(code)) is not None]
        if titles:
            buttons = [{"title": title, "payload": title} for title in titles]
            conversation.say(
                "utter_procedure_choose", choices=choice_of(map(lower_first, titles)), buttons=buttons
            )
        else:
            conversation.say("utter_procedure_ask_again" if query.misses else "utter_procedure_ask")
        return []


class TellProcedure(CallbotAction):
    """Tells the procedure that was found, or who may know when none was."""

    action_name = "action_tell_procedure"

    async def respond(self, conversation: Conversation) -> list[Event]:
        query = ProcedureQuery.load(conversation.slot(QUERY))
        procedure = wiring.procedures().get(query.code)
        forget = remember(QUERY, None)
        if procedure is not None:
            return [forget, *tell_procedure(conversation, procedure, query.aspects)]
        authority = _authority(conversation.turn)
        if authority is not None:
            return [forget, *tell_authority(conversation, authority)]
        conversation.say("utter_procedure_unknown")
        return [forget, make_offer(OfferKind.CALLBACK, conversation.turn, query.words)]


class TellProcedureDetail(CallbotAction):
    """Tells an aspect of the procedure that is named, else of the one under way."""

    action_name = "action_tell_procedure_detail"

    async def respond(self, conversation: Conversation) -> list[Event]:
        turn = conversation.turn
        procedure = _named_procedure(turn) or current_procedure(conversation)
        if procedure is None or is_unnamed(turn.text):
            return go_to_form(FORM)
        told = tell_procedure(conversation, procedure, asked_aspects(turn) or (Aspect.DOCUMENTS,))
        return end_turn(told)


def current_procedure(conversation: Conversation) -> Procedure | None:
    """The procedure that was told last, None when the conversation was about none."""
    code = conversation.slot(CURRENT)
    return wiring.procedures().get(str(code)) if code else None


def tell_procedure(
    conversation: Conversation, procedure: Procedure, aspects: tuple[Aspect, ...] = ()
) -> list[Event]:
    """Say the summary of a procedure, or some of its aspects, and remember it as the one under way."""
    medium = medium_of(conversation.turn)
    if aspects:
        conversation.prompt(_detail(procedure, aspects, medium), procedure=procedure.code)
    else:
        summary = wiring.procedures().summary(procedure, medium)
        conversation.say(
            "utter_procedure_summary",
            title=procedure.title,
            summary=summary,
            card=_card(procedure),
            procedure=procedure.code,
        )
    current = remember(CURRENT, procedure.code)
    if Aspect.ONLINE in aspects and procedure.online and mobile_of(conversation.turn):
        conversation.say("utter_offer_link")
        return [current, make_offer(OfferKind.LINK, conversation.turn, procedure.code)]
    if aspects or interrupted_form(conversation):
        return [current, *go_on(conversation)]
    details = _detail(procedure, DETAILS, medium)
    conversation.say("utter_procedure_offer_details", ahead=[details])
    return [current, make_offer(OfferKind.PROCEDURE_DETAILS, conversation.turn)]


def _detail(procedure: Procedure, aspects: tuple[Aspect, ...], medium: Medium) -> Prompt:
    told = " ".join(wiring.procedures().aspect(procedure, aspect, medium) for aspect in aspects)
    return Prompt("utter_procedure_detail", {"title": procedure.title, "told": told})


async def send_link(conversation: Conversation, code: str) -> list[Event]:
    """Send the link of a procedure by SMS to the calling number; the caller said yes to that."""
    turn = conversation.turn
    procedure = wiring.procedures().get(code)
    assert procedure is not None
    assert procedure.online is not None, "only a link that exists is offered"
    city = wiring.world().city.info.name
    notice = link_notice(
        turn.conversation_id, mobile_of(turn), procedure.title, procedure.online, city, agreed=True
    )
    conversation.say("utter_sms_sent" if await send(notice) else "utter_sms_failed")
    return go_on(conversation)


def tell_authority(conversation: Conversation, authority: Authority) -> list[Event]:
    """Say whose matter it is and how to reach them."""
    medium = medium_of(conversation.turn)
    asked = Contact.WEB if medium is Medium.CHAT or not authority.phone else Contact.PHONE
    conversation.say("utter_authority", told=contact_sentence(authority, asked, medium))
    return go_on(conversation)


def _card(procedure: Procedure) -> dict[str, object]:
    """What the chat shows beside the words."""
    return {
        "kind": "procedure",
        "title": procedure.title,
        "documents": list(procedure.documents),
        "price": procedure.price,
        "delay": procedure.delay,
        "where": wiring.world().city.services[procedure.where].name,
        "link": procedure.online or "",
    }


def _named_procedure(turn: Turn) -> Procedure | None:
    """The procedure that a question about an aspect names plainly; None for "et combien ça coûte"."""
    words = " ".join(turn.values("procedure"))
    found = wiring.procedures().search(f"{words} {turn.text}" if words else turn.text)
    if found.verdict is Verdict.CLEAR and (words or found.candidates[0].score >= _PLAINLY):
        return found.candidates[0].procedure
    return None


_PLAINLY = 0.8


def _authority(turn: Turn) -> Authority | None:
    entry = hear_service(turn, wiring.directory()).entry if turn.text else None
    return entry if isinstance(entry, Authority) else None
