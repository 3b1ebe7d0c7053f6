"""`POST /alerts`: what a sensor or the hypervision centre noticed becomes a report."""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi import APIRouter, Request, Response

from integrations.backend.alerts import (
    MAX_ALERT_BYTES,
    SIGNATURE_HEADER,
    Alert,
    check_signature,
    read_alert,
    use_once,
)
from integrations.backend.body import read_body
from integrations.backend.context import Context
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import ALERTS, Format, answer
from integrations.backend.intake import NewRequest
from integrations.backend.life import State
from integrations.backend.life_store import Update

SOURCE = "capteur"


def alerts_router(context: Context) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.post("/alerts")
    async def post_alert(request: Request) -> Response:
        body = await read_body(request, MAX_ALERT_BYTES)
        now = context.clock()
        sender = check_signature(context.alert_keys, request.headers, body, now)
        alert = read_alert(body)
        signature = request.headers[SIGNATURE_HEADER].removeprefix("sha256=")
        request_id, is_new = await asyncio.to_thread(_take, context, sender, alert, signature, now)
        content = {"service_request_id": str(request_id), "is_new": is_new}
        return answer(Format.JSON, ALERTS, content, 201 if is_new else 200)

    return router


def _take(context: Context, sender: str, alert: Alert, signature: str, now: datetime) -> tuple[int, bool]:
    """Open a report, or add to the one that the same sensor opened; return its identifier, whether new."""
    new = _new_request(context, sender, alert, now)
    use_once(context.engine, signature, now)
    earlier = context.store.open_of_device(new.service.code, new.device_id) if alert.sensor else None
    if earlier is None or earlier.reference == new.reference:
        return context.store.file(new, now)
    again = Update(
        request_id=earlier.id,
        update_id=f"{sender}:{alert.event_id}",
        status=State(earlier.state).status,
        description=alert.description,
        media_url="",
        phone="",
        updated_at=now,
        adds_person=False,
    )
    context.lives.add_update(again, sender, now)
    return earlier.id, False


def _new_request(context: Context, sender: str, alert: Alert, now: datetime) -> NewRequest:
    service = context.catalogue.services.get(alert.service_code)
    if service is None:
        raise GeoReportError(404, "service_code was not found")
    return NewRequest(
        service=service,
        description=alert.description,
        address=alert.address,
        address_id="",
        latitude=alert.lat,
        longitude=alert.long,
        first_name="",
        last_name="",
        phone="",
        email="",
        device_id=f"{sender}/{alert.sensor}"[:200],
        account_id="",
        media_url="",
        answers={},
        reference=f"{sender[:20]}:{alert.event_id}",
        priority=alert.priority or service.priority,
        source=SOURCE,
        complete=True,
        requested_at=min(alert.observed_at or now, now),
    )
