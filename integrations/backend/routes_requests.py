"""Service requests: filing, listing, looking one up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request, Response

from integrations.backend.body import read_form
from integrations.backend.context import Context, read_format
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import REQUESTS, answer
from integrations.backend.intake import NewRequest, read_request
from integrations.backend.query import ByIds, ByReferences, read_id, read_query
from integrations.backend.views import request_view

PHOTOS_PATH = "/photos"


def requests_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.post("/requests.{format_name}")
    async def post_request(format_name: str, request: Request) -> Response:
        format_ = read_format(format_name)
        form, files = await read_form(request)
        context.check_key(form.get("api_key"))
        context.check_jurisdiction(form.get("jurisdiction_id"))
        now = context.clock()
        new = read_request(form, context.catalogue, now)
        request_id = await asyncio.to_thread(_file, context, new, files, str(request.base_url), now)
        filed = {"service_request_id": str(request_id), "service_notice": None, "account_id": None}
        return answer(format_, REQUESTS, [filed])

    @router.get("/requests.{format_name}")
    def get_requests(format_name: str, request: Request) -> Response:
        format_ = read_format(format_name)
        params = request.query_params
        context.check_jurisdiction(params.get("jurisdiction_id", ""))
        rows = context.store.find(read_query(params, context.clock()))
        return answer(format_, REQUESTS, [request_view(row, context.catalogue) for row in rows])

    @router.get("/requests/{request_id}.{format_name}")
    def get_request(request_id: str, format_name: str, jurisdiction_id: str = "") -> Response:
        format_ = read_format(format_name)
        context.check_jurisdiction(jurisdiction_id)
        rows = context.store.find(ByIds((read_id(request_id),)))
        if not rows:
            raise GeoReportError(404, "service_request_id was not found")
        return answer(format_, REQUESTS, [request_view(row, context.catalogue) for row in rows])

    @router.get("/tokens/{token}.{format_name}")
    def get_token(token: str, format_name: str, jurisdiction_id: str = "") -> Response:
        """Identifiers are given at once, so no token is ever made: a client's own reference serves as one."""
        format_ = read_format(format_name)
        context.check_jurisdiction(jurisdiction_id)
        rows = context.store.find(ByReferences((token,)))
        if not rows:
            raise GeoReportError(404, "token was not found")
        return answer(
            format_, REQUESTS, [{"service_request_id": str(row.id), "token": token} for row in rows]
        )

    return router


def _file(context: Context, new: NewRequest, files: Sequence[bytes], base_url: str, now: datetime) -> int:
    """File a request with its photos: they are on disk before it promises them."""
    names = context.photos.save(files)
    urls = [f"{context.public_url or base_url.rstrip('/')}{PHOTOS_PATH}/{name}" for name in names]
    is_kept = False
    try:
        new = replace(new, media_url=" ".join([*urls, *new.media_url.split()]))
        request_id, is_kept = context.store.file(new, now)
    finally:
        if not is_kept:
            context.photos.remove(names)
    return request_id
