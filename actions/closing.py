"""What follows an answer: the question that it interrupted, else whether anything else is wanted."""

from __future__ import annotations

from actions.base import Conversation, Event, go_to, leave_form
from actions.offers import OfferKind, make_offer
from actions.report_draft import ReportDraft


def interrupted_form(conversation: Conversation) -> str:
    """The form whose question the caller left for another one, "" when nothing was left open."""
    if conversation.slot("callback_draft"):
        return "callback_form"
    draft = ReportDraft.load(conversation.slot("report_draft"))
    is_open = bool(draft.problem_code or draft.place) and not draft.is_confirmed
    return "report_form" if is_open else ""


def go_on(conversation: Conversation) -> list[Event]:
    """Ask the interrupted question again; without any, ask whether anything else is wanted."""
    form = interrupted_form(conversation)
    if form:
        return [*leave_form(), go_to(form)]
    conversation.say("utter_more")
    return [make_offer(OfferKind.MORE, conversation.turn)]
