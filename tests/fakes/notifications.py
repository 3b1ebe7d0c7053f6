"""What tests of messages to callers share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.notifications import Carrier, Medium, Notice
from integrations.notifications_models import NotificationRow
from integrations.notifications_rules import Limits, reference_notice
from integrations.notifications_sender import SqlNotifications
from integrations.notifications_sms_http import HttpSmsCarrier, SmsGateway

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MOBILE = "06 39 98 00 01"
PERSON = "zoe@example.org"
JSON_BODY = '{"to": "{to}", "from": "Nimes", "parts": [{"text": "{text}"}]}'


def reference_to(to: str, *, agreed: bool = True) -> Notice:
    """A reference for somebody."""
    return reference_notice("call-1", to, "NIM 26 0412 7", "Nîmes", agreed=agreed)


def rows(engine: Engine) -> list[tuple[str, str, str, str]]:
    """Medium, recipient, outcome and reason of each message, oldest first."""
    with Session(engine) as session:
        found = session.scalars(select(NotificationRow).order_by(NotificationRow.id))
        return [(row.medium, row.recipient, row.outcome, row.reason) for row in found]


def sender(engine: Engine, *, limits: Limits | None = None, **carriers: Carrier) -> SqlNotifications:
    return SqlNotifications(
        engine, {Medium(name): carrier for name, carrier in carriers.items()}, limits or Limits()
    )


def gateway(url: str, **options: Any) -> HttpSmsCarrier:
    return HttpSmsCarrier(SmsGateway(f"{url}/sms", **{"body": JSON_BODY, "answer_s": 20.0, **options}))
