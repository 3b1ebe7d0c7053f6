"""The city's reports: list, map, files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from bot.console.csv_export import Cell, csv_response
from bot.console.door import Door, visit_of
from bot.console.labels_reports import FOREIGN_STATES, OPEN, REFUSED, STATES, state_name
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.report_query import PAGE, Asked, read_asked
from bot.console.roles import Role
from integrations.backend.formats import REQUESTS, Format, answer
from integrations.city import City
from integrations.report_desk import DeskError, ReportDesk, ReportPage, ShownReport

ON_MAP = 500
IN_FILE = 50_000
TOO_MANY = f"Plus de {IN_FILE} signalements : choisissez des dates plus proches."
FREE_TEXTS = ("description", "status_notes")
HEADER = (
    "Numéro",
    "Référence",
    "État",
    "Catégorie",
    "Service",
    "Adresse",
    "Latitude",
    "Longitude",
    "Description",
    "Reçu le",
    "Modifié le",
    "Échéance",
    "Priorité",
    "Personnes",
    "Complet",
    "Source",
)


class ReportsRoutes:
    """tiles: the map's, its address and attribution; "" for none."""

    def __init__(
        self,
        door: Door,
        pages: Pages,
        desk: ReportDesk,
        masking: Masking,
        city: City,
        tiles: tuple[str, str],
    ) -> None:
        self._door = door
        self._pages = pages
        self._desk = desk
        self._masking = masking
        self._city = city
        self._tiles = tiles
        self.router = APIRouter(prefix="/console/reports", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/", self.show, methods=["GET"])
        self.router.add_api_route("/map", self.show_map, methods=["GET"])
        self.router.add_api_route("/export.csv", self.export_csv, methods=["GET"])
        self.router.add_api_route("/export.json", self.export_json, methods=["GET"])
        self.router.add_api_route("/export.xml", self.export_xml, methods=["GET"])

    async def show(self, request: Request) -> Response:
        asked = read_asked(request.query_params)
        values = await self._found(asked, PAGE)
        return self._pages.render(request, visit_of(request), "reports.html", **values)

    async def show_map(self, request: Request) -> Response:
        asked = Asked(read_asked(request.query_params).values, 1)
        values = await self._found(asked, ON_MAP)
        located = [report for report in values["reports"] if report.latitude is not None]
        url, attribution = self._tiles
        view = {
            "centre": [self._city.info.latitude, self._city.info.longitude],
            "tiles": url,
            "attribution": attribution,
            "points": [_point(report) for report in located],
        }
        values |= {"view": view, "n_located": len(located)}
        return self._pages.render(request, visit_of(request), "reports_map.html", **values)

    async def export_csv(self, request: Request) -> Response:
        reports = await self._all(request)
        # Written in a thread, as they are needed: masking blocks.
        rows = (_cells(report, self._masking.masked) for report in reports)
        return csv_response("signalements", HEADER, rows, self._city.timezone)

    async def export_json(self, request: Request) -> Response:
        return await self._georeport(request, Format.JSON)

    async def export_xml(self, request: Request) -> Response:
        return await self._georeport(request, Format.XML)

    async def _georeport(self, request: Request, format_: Format) -> Response:
        reports = await self._all(request)
        file = await asyncio.to_thread(self._file, format_, reports)
        file.headers["Content-Disposition"] = f'attachment; filename="requests.{format_}"'
        return file

    def _file(self, format_: Format, reports: Sequence[ShownReport]) -> Response:
        masked = [_masked(report.georeport, self._masking.masked) for report in reports]
        return answer(format_, REQUESTS, masked)

    async def _found(self, asked: Asked, page_size: int) -> dict[str, Any]:
        """What the pages show. A report system that does not answer is said on the page."""
        error = ""
        page, agencies = ReportPage(0, ()), tuple[str, ...]()
        is_foreign = not self._desk.can_change
        try:
            page = await self._desk.find(asked.query(self._city.timezone, page_size, is_foreign=is_foreign))
            agencies = tuple(await self._desk.agencies())
        except DeskError as failure:
            error = REFUSED[failure.kind]
        total = len(page.reports) if page.total is None else page.total
        return {
            "asked": asked,
            "values": asked.values,
            "reports": page.reports,
            "total": total,
            "last_page": max(1, -(-total // page_size)),
            "agencies": agencies,
            "categories": self._categories(),
            "states": FOREIGN_STATES if is_foreign else {OPEN: "Ouverts", **STATES},
            "state_name": state_name,
            "is_foreign": is_foreign,
            "error": error,
        }

    async def _all(self, request: Request) -> Sequence[ShownReport]:
        """All that is asked for, for a file; written down before it leaves. Raises HTTPException."""
        asked = read_asked(request.query_params)
        await self._door.record(visit_of(request), "export_reports", "", asked.address())
        is_foreign = not self._desk.can_change
        found: list[ShownReport] = []
        try:
            for number in range(1, IN_FILE // 1000 + 1):
                query = Asked(asked.values, number).query(self._city.timezone, 1000, is_foreign=is_foreign)
                page = await self._desk.find(query)
                found += page.reports
                if len(page.reports) < query.page_size:
                    return found
        except DeskError as error:
            raise HTTPException(502, REFUSED[error.kind]) from error
        raise HTTPException(413, TOO_MANY)

    def _categories(self) -> Mapping[str, list[tuple[str, str]]]:
        """By category, the codes and names of what can be reported."""
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in self._city.categories.values()}
        for problem in self._city.problem_types.values():
            found[self._city.categories[problem.category]].append((problem.code, problem.name))
        return found


def _point(report: ShownReport) -> dict[str, Any]:
    return {
        "id": report.id,
        "at": [report.latitude, report.longitude],
        "title": report.service_name,
        "place": report.address,
        "state": state_name(report.state),
        "kind": report.state,
    }


def _masked(georeport: Mapping[str, Any], masked: Callable[[str], str]) -> Mapping[str, Any]:
    """Files travel: for everybody without what is personal in what people wrote."""
    return {
        key: masked(value) if key in FREE_TEXTS and isinstance(value, str) else value
        for key, value in georeport.items()
    }


def _cells(report: ShownReport, masked: Callable[[str], str]) -> tuple[Cell, ...]:
    return (
        report.id,
        report.reference,
        state_name(report.state),
        report.service_name,
        report.agency,
        report.address,
        report.latitude,
        report.longitude,
        masked(report.description),
        report.requested_at,
        report.updated_at,
        report.expected_at,
        report.priority,
        report.n_people,
        report.is_complete,
        report.source,
    )
