"""What words that no intent was sure of still tell, by themselves or after what was said before."""

from __future__ import annotations

import re
from datetime import datetime

from actions import wiring
from actions.base import Conversation, Event, go_to, go_to_form
from actions.nearby_query import is_about_nearby
from actions.procedure_form import current_procedure, tell_procedure
from actions.procedure_query import asked_aspects
from actions.service_form import TOLD
from actions.service_query import ServiceQuery, is_about_another_day, is_about_another_service
from integrations.procedures_search import Verdict

# Surer than for words that an intent had already recognised as a question about a procedure.
SURE = 0.75
# "Vous pouvez me la passer ?", after a number was told.
PUT_THROUGH = re.compile(r"\b(?:la|le|les|me|moi)\b.*\bpasse[rz]\b|\bpasse[rz][- ](?:la|le|les|moi)\b", re.I)


def guess(conversation: Conversation) -> list[Event] | None:
    """Answer all the same, None when the words tell nothing. Only outside of a form: there they answer it."""
    turn = conversation.turn
    if conversation.form or not turn.text:
        return None
    if is_about_nearby(turn.text):
        return go_to_form("nearby_form")
    if asked_aspects(turn) and current_procedure(conversation) is not None:
        return [go_to("action_tell_procedure_detail")]
    told = ServiceQuery.load(conversation.slot(TOLD))
    if told.code and PUT_THROUGH.search(turn.text):
        return [go_to("action_talk_to_agent")]
    if is_about_another_service(turn, told, wiring.directory()):
        return [go_to("action_tell_of_another_service")]
    if is_about_another_day(turn, told, datetime.now(wiring.world().city.timezone)):
        return [go_to("action_tell_hours_again")]
    found = wiring.procedures().search(turn.text)
    if found.verdict is Verdict.CLEAR and found.candidates[0].score >= SURE:
        return tell_procedure(conversation, found.candidates[0].procedure)
    return None
