"""The list of conversations: filters, words, saved filters, news, export."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console import labels
from bot.console.conversation_export import EXPORT_HEADER, export_row
from bot.console.conversation_query import ListQuery, read_query
from bot.console.csv_export import csv_response
from bot.console.door import Clock, Door, visit_of
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.store.conversation_facts import WISHES
from bot.store.conversation_list import MAX_COUNTED, ConversationList
from bot.store.conversation_reviews import ConversationReviews
from bot.store.saved_filters import SavedFilters

# What a spreadsheet takes; more is a matter for the database.
MAX_EXPORTED = 200_000
LIST = "/console/conversations"


@dataclass(frozen=True, slots=True)
class ConversationStores:
    """What the list reads and writes."""

    conversations: ConversationList
    reviews: ConversationReviews
    filters: SavedFilters
    masking: Masking


class ConversationListRoutes:
    """services: names by code."""

    def __init__(
        self,
        door: Door,
        pages: Pages,
        stores: ConversationStores,
        services: Mapping[str, str],
        timezone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._door = door
        self._pages = pages
        self._stores = stores
        self._services = services
        self._timezone = timezone
        self._clock = clock
        self.router = APIRouter(prefix=LIST, dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("", self.show, methods=["GET"])
        self.router.add_api_route("/newer", self.newer, methods=["GET"])
        self.router.add_api_route("/export.csv", self.export, methods=["GET"])
        self.router.add_api_route("/filters", self.save_filter, methods=["POST"])
        self.router.add_api_route("/filters/{filter_id:int}/remove", self.remove_filter, methods=["POST"])

    async def show(self, request: Request, after: str = "") -> Response:
        visit = visit_of(request)
        query = self._query(request)
        read_at = self._clock()
        page, count, saved, names, services, outcomes = await asyncio.gather(
            asyncio.to_thread(self._stores.conversations.page, query.wanted, after),
            asyncio.to_thread(self._stores.conversations.count, query.wanted),
            asyncio.to_thread(self._stores.filters.of, visit.account.id),
            self._names(),
            asyncio.to_thread(self._stores.conversations.services),
            asyncio.to_thread(self._stores.conversations.outcomes),
        )
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            "conversations.html",
            shown=self._stores.masking.shown(visit.account.role),
            page=page,
            count=count,
            max_counted=MAX_COUNTED,
            query=query,
            after=after,
            saved=saved,
            names=names,
            channels=labels.CHANNELS,
            intents={
                code: labels.INTENTS[code] for code in labels.INTENTS if code in {*WISHES, "out_of_scope"}
            },
            services={code: self._services.get(code, code) for code in services},
            outcomes={code: labels.named(labels.OUTCOMES, code) for code in outcomes},
            newest=max((row.started_at for row in page.rows), default=read_at).isoformat(),
            told=0,
        )

    async def newer(self, request: Request, than: str, told: int = 0) -> Response:
        """What has begun since the list was read. told: what the page already says; then nothing is sent."""
        query = self._query(request)
        try:
            moment = datetime.fromisoformat(than)
        except ValueError as error:
            raise HTTPException(422, "Date illisible.") from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        count = await asyncio.to_thread(self._stores.conversations.count_newer, query.wanted, moment)
        if count == told:
            return Response(status_code=204)
        return self._pages.render(
            request, visit_of(request), "conversations_newer.html", query=query, newest=than, told=count
        )

    async def export(self, request: Request) -> Response:
        """The filtered list as a file; who takes it away is written down first."""
        visit, query = visit_of(request), self._query(request)
        await self._door.record(visit, "export_conversations", "", query.text[:1000])
        names = await self._names()
        batches = self._stores.conversations.export(query.wanted, MAX_EXPORTED)
        masked = self._stores.masking.masked
        rows = (export_row(row, self._services, names, masked) for batch in batches for row in batch)
        return csv_response("conversations", EXPORT_HEADER, rows, self._timezone)

    async def save_filter(
        self,
        request: Request,
        name: Annotated[str, Form()] = "",
        query: Annotated[str, Form()] = "",
    ) -> Response:
        visit = visit_of(request)
        values = dict(_pairs(query))
        kept = read_query(values, self._timezone, visit.account.login)
        try:
            await asyncio.to_thread(self._stores.filters.save, visit.account.id, name, kept.text)
        except ValueError as error:
            raise HTTPException(422, "Ce filtre ne peut pas être gardé : donnez-lui un nom.") from error
        return RedirectResponse(f"{LIST}?{kept.text}", 303)

    async def remove_filter(self, request: Request, filter_id: int) -> Response:
        visit = visit_of(request)
        await asyncio.to_thread(self._stores.filters.remove, visit.account.id, filter_id)
        return RedirectResponse(LIST, 303)

    async def _names(self) -> Mapping[str, str]:
        colleagues = await asyncio.to_thread(self._stores.reviews.colleagues)
        return {each.login: each.name for each in colleagues}

    def _query(self, request: Request) -> ListQuery:
        return read_query(request.query_params, self._timezone, visit_of(request).account.login)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=30)
    except ValueError:
        return []
