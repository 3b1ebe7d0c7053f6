"""Hands the confirmed report over and gives the caller the reference."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.base import CallbotAction, Conversation, Event, remember
from actions.offers import OfferKind, make_offer
from actions.report_draft import ReportDraft
from actions.report_filing import file_or_join, priority, spoken_reference
from actions.report_prompt import spoken_problem
from actions.sms import send
from integrations.city import City
from integrations.notifications_rules import reference_notice
from integrations.promises import spoken_delay, spoken_service

DRAFT = "report_draft"
log = structlog.get_logger()


class FileReport(CallbotAction):
    """Files the confirmed report, or adds the caller to the one that stands for it."""

    action_name = "action_file_report"

    async def respond(self, conversation: Conversation) -> list[Event]:
        city = wiring.world().city
        turn = conversation.turn
        draft = ReportDraft.load(conversation.slot(DRAFT))
        try:
            reference = await file_or_join(draft, turn, city, wiring.desk(), datetime.now(city.timezone))
        except SQLAlchemyError as error:
            log.error("report_not_filed", call_id=turn.conversation_id, error=type(error).__name__)
            conversation.say("utter_report_failed")
            # The draft stays: hanging up tries to file it once more.
            return [make_offer(OfferKind.CALLBACK, turn)]
        conversation.say(
            "utter_report_joined" if draft.joins else "utter_report_filed",
            reference=reference,
            reference_spoken=spoken_reference(reference),
            service=spoken_service(draft.problem_type(city), city),
            delay=spoken_delay(priority(draft, city), city),
            card=_card(draft, reference, city),
        )
        notice = reference_notice(
            turn.conversation_id, draft.phone, reference, city.info.name, agreed=bool(draft.phone)
        )
        if draft.phone and await send(notice):
            conversation.say("utter_sms_sent")
        conversation.say("utter_more")
        return [remember(DRAFT, None), make_offer(OfferKind.MORE, turn)]


def _card(draft: ReportDraft, reference: str, city: City) -> dict[str, object]:
    """What the chat shows beside the words."""
    return {
        "kind": "report",
        "reference": reference,
        "problem": spoken_problem(draft, city),
        "place": draft.place.label if draft.place else "",
        "state": "enregistré",
        "is_new": True,
    }
