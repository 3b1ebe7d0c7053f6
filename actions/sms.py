"""What a caller on a mobile phone can be sent: a reference, a link. Only after a yes."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions import wiring
from actions.phone_number import parse_phone
from actions.turn import Turn
from integrations.notifications import Medium, Notice, Reason
from integrations.notifications_rules import Limits, recipient

log = structlog.get_logger()


def mobile_of(turn: Turn) -> str:
    """The calling number if SMS can be sent and it takes them; "" for a landline, a withheld one, a chat."""
    phone = parse_phone(turn.caller) if turn.channel == "voice" else None
    if phone is None or Medium.SMS not in wiring.notifications().media:
        return ""
    limits = Limits(wiring.settings().sms_prefixes)
    return phone if recipient(phone, limits).reason is Reason.NONE else ""


async def send(notice: Notice) -> bool:
    """Send a message that the caller agreed to; whether it is on its way."""
    now = datetime.now(wiring.world().city.timezone)
    try:
        receipt = await wiring.notifications().send(notice, now)
    except SQLAlchemyError as error:
        log.error("notice_not_sent", call_id=notice.conversation_id, error=type(error).__name__)
        return False
    return receipt.is_on_its_way
