"""`servicerequestupdates`: FixMyStreet's extension of GeoReport v2, with its statuses."""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi import APIRouter, Request, Response

from integrations import open311_extension as extension
from integrations.backend.body import read_form
from integrations.backend.context import Context, read_format
from integrations.backend.dates import parse_date
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import UPDATES, answer
from integrations.backend.intake import Form, read_media_urls, read_text
from integrations.backend.life_store import Update
from integrations.backend.query import read_id, read_span
from integrations.backend.store import CLIENT
from integrations.backend.views import update_view
from integrations.open311_statuses import Status, read_status

MAX_DESCRIPTION_CHARS = 4000


def updates_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/servicerequestupdates.{format_name}")
    def get_updates(format_name: str, request: Request) -> Response:
        format_ = read_format(format_name)
        params = request.query_params
        # What agents write to each other and callers add is not for everybody.
        context.check_key(params.get("api_key", ""))
        context.check_jurisdiction(params.get("jurisdiction_id", ""))
        events = context.lives.updates(*read_span(params, context.clock()))
        return answer(format_, UPDATES, [update_view(event, context.catalogue) for event in events])

    @router.post("/servicerequestupdates.{format_name}")
    async def post_update(format_name: str, request: Request) -> Response:
        format_ = read_format(format_name)
        form, _files = await read_form(request)
        context.check_key(form.get("api_key"))
        context.check_jurisdiction(form.get("jurisdiction_id"))
        now = context.clock()
        update = _read_update(form, now)
        event_id = await asyncio.to_thread(context.lives.add_update, update, CLIENT, now)
        return answer(format_, UPDATES, [{"update_id": str(event_id)}])

    return router


def _read_update(form: Form, now: datetime) -> Update:
    status = read_status(form.get("status") or Status.OPEN)
    if status is None:
        raise GeoReportError(400, f"status is one of {', '.join(Status)}")
    if not form.get("service_request_id"):
        raise GeoReportError(400, "service_request_id was not provided")
    return Update(
        request_id=read_id(form.get("service_request_id")),
        update_id=read_text(form, "update_id", 128),
        status=status,
        description=read_text(form, "description", MAX_DESCRIPTION_CHARS),
        media_url=read_media_urls(form),
        phone=read_text(form, "phone", 64),
        updated_at=_updated_at(form.get("updated_datetime"), now),
        adds_person="true" in form.attributes().get(extension.ADDS_PERSON, ()),
    )


def _updated_at(text: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        return min(parse_date(text), now)
    except ValueError as error:
        raise GeoReportError(400, "updated_datetime is not a date with its time zone") from error
