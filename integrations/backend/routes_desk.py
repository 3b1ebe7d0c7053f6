"""The agents' side, JSON: one request with its life, what is done to it, duplicates, figures, dead letters.

The console that shows this to people shares a key with us, and says who of them it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.backend.body import read_body
from integrations.backend.context import Context
from integrations.backend.duplicates import find_candidates, point_of
from integrations.backend.errors import GeoReportError
from integrations.backend.life import Change, Lifetime, State, count_settled
from integrations.backend.models import ServiceRequest
from integrations.backend.query import read_id, read_span
from integrations.backend.query_desk import conditions, read_desk_query
from integrations.backend.views_desk import candidate_view, detail_view, letter_view, listed_view
from integrations.open311_statuses import Status
from integrations.texts import writable

KEY_HEADER = "X-Api-Key"
MAX_BYTES = 32 * 1024
WITHIN = timedelta(hours=48)
# Agents compare years.
MOST_COUNTED = timedelta(days=1100)


class ChangeBody(BaseModel):
    """What an agent does; see `life.Change`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    author: Annotated[str, Field(min_length=1, max_length=100)]
    state: State | None = None
    note: Annotated[str, Field(max_length=4000)] = ""
    agency: Annotated[str, Field(max_length=200)] = ""
    duplicate_of: Annotated[str, Field(max_length=18)] = ""
    priority: Annotated[int, Field(ge=1, le=3)] | None = None
    status: Status | None = None
    last_event: Annotated[str, Field(max_length=18, pattern="^[0-9]*$")] = ""


class SettleBody(BaseModel):
    """Under which identifier the city's system has the report that an agent filed by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service_request_id: Annotated[str, Field(max_length=128)] = ""


BodyT = TypeVar("BodyT", bound=BaseModel)


def desk_router(context: Context) -> APIRouter:
    """Return the routes; all of them ask for the agents' key."""

    def check(request: Request) -> None:
        context.check_agents_key(request.headers.get(KEY_HEADER, ""))

    router = APIRouter(dependencies=[Depends(check)])

    @router.get("/requests")
    def get_requests(request: Request) -> JSONResponse:
        query = read_desk_query(request.query_params)
        found = conditions(query, context.catalogue)
        total, rows = context.store.list_for_desk(found, query.limit, query.offset)
        people = context.lives.people([row.id for row in rows])
        views = [listed_view(row, people.get(row.id, row.n_people), context.catalogue) for row in rows]
        return JSONResponse({"total": total, "requests": views})

    @router.get("/agencies")
    def get_agencies() -> JSONResponse:
        return JSONResponse(sorted(context.catalogue.agencies))

    @router.get("/requests/{request_id}")
    def get_request(request_id: str) -> JSONResponse:
        return JSONResponse(_detail(context, read_id(request_id)))

    @router.post("/requests/{request_id}/events")
    async def post_event(request_id: str, request: Request) -> JSONResponse:
        body = _read(ChangeBody, await read_body(request, MAX_BYTES))
        change = _change(context, body)
        found = read_id(request_id)
        await asyncio.to_thread(context.lives.change, found, change, context.clock())
        return JSONResponse(await asyncio.to_thread(_detail, context, found), 201)

    @router.get("/requests/{request_id}/duplicates")
    def get_duplicates(request_id: str) -> JSONResponse:
        row = _row(context, read_id(request_id))
        found = find_candidates(context.engine, row.service_code, point_of(row), row.address_key, but=row.id)
        people = context.lives.people([candidate.request.id for candidate in found])
        return JSONResponse([candidate_view(c, people, context.catalogue) for c in found])

    @router.get("/figures")
    def get_figures(request: Request) -> JSONResponse:
        now = context.clock()
        start, end = read_span(request.query_params, now, MOST_COUNTED)
        return JSONResponse(_figures(context, start, end, now))

    @router.get("/letters")
    def get_letters() -> JSONResponse:
        return JSONResponse([letter_view(letter, context.catalogue) for letter in context.letters.find()])

    @router.post("/letters/{letter_id}/send")
    def send_letter(letter_id: int) -> JSONResponse:
        return _done(context.letters.send_again(letter_id, context.clock()))

    @router.post("/letters/{letter_id}/settle")
    async def settle_letter(letter_id: int, request: Request) -> JSONResponse:
        body = _read(SettleBody, await read_body(request, MAX_BYTES) or b"{}")
        identifier = body.service_request_id
        return _done(await asyncio.to_thread(context.letters.settle, letter_id, identifier, context.clock()))

    return router


def _read(model: type[BodyT], body: bytes) -> BodyT:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in fault["loc"]) or "body" for fault in error.errors()})
        raise GeoReportError(400, f"wrong or missing: {', '.join(fields)}"[:300]) from error


def _change(context: Context, body: ChangeBody) -> Change:
    if body.agency and body.agency not in context.catalogue.agencies:
        raise GeoReportError(404, f"agency is one of {', '.join(sorted(context.catalogue.agencies))}")
    return Change(
        author=writable(body.author).strip(),
        state=body.state,
        note=writable(body.note).strip(),
        agency=body.agency,
        duplicate_of=read_id(body.duplicate_of) if body.duplicate_of else None,
        priority=body.priority,
        status=body.status,
        last_event=read_id(body.last_event) if body.last_event else None,
    )


def _row(context: Context, request_id: int) -> ServiceRequest:
    row = context.store.get(request_id)
    if row is None:
        raise GeoReportError(404, "service_request_id was not found")
    return row


def _detail(context: Context, request_id: int) -> dict[str, Any]:
    row = _row(context, request_id)
    people = context.lives.people([request_id]).get(request_id, row.n_people)
    return detail_view(row, context.lives.events(request_id), people, context.catalogue)


def _figures(context: Context, start: datetime, end: datetime, now: datetime) -> dict[str, Any]:
    lives = context.lives.lifetimes(start, end)
    by_service: dict[str, list[Lifetime]] = {}
    for life in lives:
        by_service.setdefault(life.service_code, []).append(life)

    def figures(chosen: Sequence[Lifetime]) -> dict[str, Any]:
        found = count_settled(chosen, WITHIN, now)
        return {**asdict(found), "share_in_time": found.share_in_time}

    return {
        "within_hours": int(WITHIN.total_seconds() // 3600),
        "all": figures(lives),
        "priority_1": figures([life for life in lives if life.priority == 1]),
        "services": {code: figures(chosen) for code, chosen in sorted(by_service.items())},
    }


def _done(is_done: bool) -> JSONResponse:
    if not is_done:
        raise GeoReportError(404, "there is no such dead letter any more")
    return JSONResponse({"status": "ok"})
