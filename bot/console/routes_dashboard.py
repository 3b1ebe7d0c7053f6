"""The dashboard: what all conversations of some days came to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Engine

from bot.console.csv_export import csv_response
from bot.console.dashboard_parts import Part
from bot.console.dashboard_quality import confidence, latencies, satisfaction
from bot.console.dashboard_query import PERIODS, DashboardQuery, read_dashboard_query
from bot.console.dashboard_reports import NAME as REPORTS
from bot.console.dashboard_reports import reports_part
from bot.console.dashboard_sentences import MOST_SENTENCES, SentenceGroup, grouped
from bot.console.dashboard_view import (
    Span,
    fates,
    hours,
    intents,
    procedures,
    span_of,
    tiles,
    volumes,
)
from bot.console.days import span
from bot.console.door import Clock, Door, visit_of
from bot.console.labels import CHANNELS
from bot.console.labels_reports import REFUSED
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.store.daily_counts import DailyCounts
from bot.store.misunderstood import latest_misunderstood
from integrations.city import City
from integrations.report_desk import DeskError, ReportDesk


@dataclass(frozen=True, slots=True)
class DashboardSources:
    """What the page is made of. database: of the conversations. titles: of procedures, by code; blocks."""

    database: Engine
    reports: ReportDesk
    masking: Masking
    titles: Callable[[], Mapping[str, str]]


class DashboardRoutes:
    """The page, the parts of it that take longer and come after it, and its tables as files."""

    def __init__(self, door: Door, pages: Pages, sources: DashboardSources, city: City, clock: Clock) -> None:
        self._pages = pages
        self._sources = sources
        self._counts = DailyCounts(sources.database)
        self._city = city
        self._clock = clock
        self.router = APIRouter(prefix="/console/dashboard", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("", self.show, methods=["GET"])
        self.router.add_api_route("/reports", self.show_reports, methods=["GET"])
        self.router.add_api_route("/sentences", self.show_sentences, methods=["GET"])
        self.router.add_api_route("/{name}.csv", self.export, methods=["GET"])

    async def show(self, request: Request) -> Response:
        asked = self._asked(request)
        found, parts = await asyncio.to_thread(self._counted, asked)
        return self._pages.render(
            request,
            visit_of(request),
            "dashboard.html",
            asked=asked,
            tiles=tiles(found),
            parts={part.name: part for part in parts},
            n=found.n,
            counted_at=await asyncio.to_thread(self._counts.counted_at),
            periods=PERIODS,
            channels=CHANNELS,
            now=self._clock(),
        )

    async def show_reports(self, request: Request) -> Response:
        """The part on reports; a report system that does not answer is said there."""
        asked = self._asked(request)
        part, error = None, ""
        try:
            part = await self._reports(asked)
        except DeskError as failure:
            error = REFUSED[failure.kind]
        visit = visit_of(request)
        return self._pages.render(
            request, visit, "dashboard_reports.html", asked=asked, part=part, error=error
        )

    async def show_sentences(self, request: Request) -> Response:
        """The part on sentences that were hardly understood."""
        asked = self._asked(request)
        n, groups = await asyncio.to_thread(self._sentences, asked)
        visit = visit_of(request)
        return self._pages.render(
            request, visit, "dashboard_sentences.html", groups=groups, n=n, most=MOST_SENTENCES
        )

    async def export(self, request: Request, name: str) -> Response:
        """A table as a file. Raises HTTPException."""
        asked = self._asked(request)
        try:
            part = await self._reports(asked) if name == REPORTS else await self._part(asked, name)
        except DeskError as error:
            raise HTTPException(502, REFUSED[error.kind]) from error
        if part is None:
            raise HTTPException(404, "Ce tableau n'existe pas.")
        days = f"{asked.first}-{asked.last}"
        return csv_response(f"{name}-{days}", part.table.header, part.table.rows, self._city.timezone)

    def _asked(self, request: Request) -> DashboardQuery:
        return read_dashboard_query(
            request.query_params, self._clock().astimezone(self._city.timezone).date()
        )

    def _counted(self, asked: DashboardQuery) -> tuple[Span, Sequence[Part]]:
        found = span_of(asked, self._counts.days(asked.first, asked.last, asked.channel))
        by_day = (volumes(found),) if asked.n_days > 1 else ()
        return found, (
            hours(found),
            *by_day,
            fates(found),
            intents(found),
            procedures(found, self._sources.titles()),
            latencies(found),
            confidence(found),
            satisfaction(found),
        )

    async def _part(self, asked: DashboardQuery, name: str) -> Part | None:
        _, parts = await asyncio.to_thread(self._counted, asked)
        return next((part for part in parts if part.name == name), None)

    async def _reports(self, asked: DashboardQuery) -> Part:
        return reports_part(await self._sources.reports.figures(*self._moments(asked)), self._city)

    def _sentences(self, asked: DashboardQuery) -> tuple[int, Sequence[SentenceGroup]]:
        start, end = self._moments(asked)
        sources = self._sources
        found = latest_misunderstood(sources.database, start, end, asked.channel, MOST_SENTENCES)
        return len(found), grouped(found, sources.masking.masked)

    def _moments(self, asked: DashboardQuery) -> tuple[datetime, datetime]:
        return span(asked.first, asked.last, self._city.timezone)
