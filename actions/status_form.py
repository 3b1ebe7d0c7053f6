"""What became of a report: asks for its reference, tells its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.asides import ANY_WISH, is_aside
from actions.base import CallbotAction, Conversation, Event, ask_next, end_turn, not_an_answer, remember
from actions.closing import go_on
from actions.offers import OfferKind, make_offer
from actions.phone_number import parse_phone
from actions.texts import lower_first
from actions.turn import Turn
from integrations.city import City
from integrations.desk_types import ReportStatus
from integrations.protocols import BackendError, ReportState
from integrations.references_spoken import spoken_references

FORM = "status_form"
QUERY = "status_query"
QUESTION = "status_reference"
MISSES_BEFORE_GIVING_UP = 2
# What the person who calls back is told.
ABOUT = "suivi d'un signalement"
# Older ones are rarely meant, and a number may have changed hands since.
RECENT = timedelta(days=90)
_MONTH_NAMES = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_MONTHS = _MONTH_NAMES.split()
log = structlog.get_logger()


class StatusQuery(BaseModel):
    """What is known of the report that is asked about.

    reference: the caller's words; they may be read in several ways, and the desk knows which one exists.
    by_phone: the reports made with the calling number are told. has_given_up: no reference could be had.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    reference: str = ""
    by_phone: bool = False
    misses: int = 0
    has_given_up: bool = False

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> StatusQuery:
        return cls.model_validate(slot or {})


def advance(query: StatusQuery, turn: Turn, prefix: str, *, is_asked: bool) -> StatusQuery | None:
    """Return the query after a turn, or None when the turn did not answer what was asked."""
    if spoken_references(turn.text, prefix):
        return StatusQuery(reference=turn.text)
    if not is_asked:
        return query
    if not turn.text and turn.intent not in ("deny", "dont_know"):
        return None
    misses = query.misses + 1
    has_given_up = misses >= MISSES_BEFORE_GIVING_UP or turn.intent in ("deny", "dont_know")
    return StatusQuery(misses=misses, has_given_up=has_given_up)


class ValidateStatusForm(CallbotAction):
    """Reads the caller's turn; Rasa runs it before it asks for the reference."""

    action_name = "validate_status_form"

    async def respond(self, conversation: Conversation) -> list[Event]:
        is_asked = conversation.asked == QUESTION
        query = StatusQuery.load(conversation.slot(QUERY) if is_asked else None)
        if conversation.is_back_from_aside():
            return [ask_next(_to_ask(query))]
        if is_asked and is_aside(conversation.turn, conversation.offer, ANY_WISH - {"report_status"}):
            return [not_an_answer(FORM)]
        prefix = wiring.world().city.info.reference_prefix
        after = advance(query, conversation.turn, prefix, is_asked=is_asked)
        if after is None:
            return [not_an_answer(FORM)]
        if not is_asked and not after.reference and await _reports_of_caller(conversation):
            after = StatusQuery(by_phone=True)
        return [remember(QUERY, after.model_dump()), ask_next(_to_ask(after))]


class AskStatusReference(CallbotAction):
    """Asks for the reference."""

    action_name = "action_ask_status_form_status_reference"

    async def respond(self, conversation: Conversation) -> list[Event]:
        query = StatusQuery.load(conversation.slot(QUERY))
        again = "_again" if query.misses else ""
        conversation.say(f"utter_status_ask_reference{again}")
        return []


class TellStatus(CallbotAction):
    """Tells what became of the report."""

    action_name = "action_tell_status"

    async def respond(self, conversation: Conversation) -> list[Event]:
        return end_turn(await self._tell(conversation))

    async def _tell(self, conversation: Conversation) -> list[Event]:
        turn = conversation.turn
        query = StatusQuery.load(conversation.slot(QUERY))
        forget = remember(QUERY, None)
        if query.by_phone:
            found = await _reports_of_caller(conversation)
            city = wiring.world().city
            conversation.say(
                "utter_status_by_phone", told=" ".join(_told_shortly(each, city) for each in found)
            )
            return [forget, *go_on(conversation)]
        try:
            status = await wiring.desk().status(query.reference) if query.reference else None
        except (SQLAlchemyError, BackendError) as error:
            log.error("status_not_read", call_id=turn.conversation_id, error=type(error).__name__)
            conversation.say("utter_status_unavailable")
            return [forget, make_offer(OfferKind.CALLBACK, turn, ABOUT)]
        if status is None:
            conversation.say("utter_status_unknown")
            return [forget, make_offer(OfferKind.CALLBACK, turn, ABOUT)]
        _tell(conversation, status, wiring.world().city)
        return [forget, make_offer(OfferKind.MORE, turn)]


def _tell(conversation: Conversation, status: ReportStatus, city: City) -> None:
    if not status.delivered and status.state is ReportState.OPEN:
        conversation.say("utter_status_found_waiting")
        return
    if not status.is_current:
        conversation.say("utter_status_stale")
    problem = city.problem_types.get(status.problem_code)
    name = problem.name[:1].lower() + problem.name[1:] if problem else "votre signalement"
    conversation.say(
        f"utter_status_found_{status.state.value}",
        problem=name,
        place=status.place_label,
        progress=spoken_progress(status, city),
        card={
            "kind": "report",
            "reference": status.reference,
            "problem": name,
            "place": status.place_label,
            "state": "terminé" if status.state is ReportState.CLOSED else "en cours",
            "is_new": False,
        },
    )


def spoken_progress(status: ReportStatus, city: City) -> str:
    """When the report last moved and when the work is expected, as full sentences."""
    changed = f"Dernière nouvelle le {spoken_date(status.updated_at.astimezone(city.timezone))}."
    if status.expected_at is None or status.state is ReportState.CLOSED:
        return changed
    return (
        f"{changed} Intervention prévue avant le {spoken_date(status.expected_at.astimezone(city.timezone))}."
    )


def spoken_date(moment: datetime) -> str:
    """A day as it is said: "3 mars"; the first of a month is "1er"."""
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day} {_MONTHS[moment.month - 1]}"


async def _reports_of_caller(conversation: Conversation) -> Sequence[ReportStatus]:
    """What was reported lately with the calling number; nothing personal is told on its strength."""
    caller = parse_phone(conversation.turn.caller)
    if caller is None:
        return ()
    since = datetime.now(wiring.world().city.timezone) - RECENT
    try:
        return await wiring.desk().reports_of_phone(caller, since)
    except (SQLAlchemyError, BackendError) as error:
        log.error("status_not_read", error=type(error).__name__)
        return ()


def _told_shortly(status: ReportStatus, city: City) -> str:
    """One report in one sentence: what, on which street, its state, and when it last moved."""
    problem = city.problem_types.get(status.problem_code)
    name = problem.name if problem else "Un signalement"
    state = "c'est terminé" if status.state is ReportState.CLOSED else "c'est en cours"
    changed = spoken_date(status.updated_at.astimezone(city.timezone))
    return f"{name}, {lower_first(status.place_label)} : {state}, depuis le {changed}."


def _to_ask(query: StatusQuery) -> str | None:
    return None if query.reference or query.by_phone or query.has_given_up else QUESTION
