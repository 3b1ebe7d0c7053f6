"""A city's own GeoReport v2 server, as agents may read it: the standard has no way to change a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from integrations.report_desk import (
    Candidate,
    DeskError,
    ReportChange,
    ReportDetail,
    ReportPage,
    ReportQuery,
    ServiceFigures,
    ShownReport,
)
from integrations.report_desk_rows import read_report

TIMEOUT = httpx.Timeout(20.0, connect=3.0)
# What the standard lets a client ask for at once.
MAX_SPAN = timedelta(days=90)
MAX_COUNTED = 1_000_000


class ForeignDesk:
    """ReportDesk on another server. base_url: ends with a slash; speaks JSON."""

    can_change = False

    def __init__(self, base_url: str, jurisdiction_id: str = "", *, is_local: bool = False) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            params={"jurisdiction_id": jurisdiction_id} if jurisdiction_id else None,
            timeout=TIMEOUT,
            trust_env=not is_local,
            headers={"User-Agent": "callbot-console"},
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def find(self, query: ReportQuery) -> ReportPage:
        """What the server lists for the span, of which the rest of the filters is ours to find."""
        params = {"status": ",".join(query.states), "service_code": ",".join(query.service_codes)}
        if query.start is not None:
            end = min(query.end or query.start + MAX_SPAN, query.start + MAX_SPAN)
            params |= {"start_date": query.start.isoformat(), "end_date": end.isoformat()}
        rows = await self._rows("requests.json", {name: value for name, value in params.items() if value})
        found = sorted((row for row in rows if _fits(row, query)), key=_age, reverse=True)
        first = (query.page - 1) * query.page_size
        return ReportPage(len(found), found[first : first + query.page_size])

    async def get(self, report_id: str) -> ReportDetail:
        for row in await self._rows(f"requests/{quote(report_id, safe='')}.json", {}):
            if row.id == report_id:
                return ReportDetail(row)
        raise DeskError("missing", "no such request")

    async def candidates(self, report_id: str) -> Sequence[Candidate]:
        return ()

    async def agencies(self) -> Sequence[str]:
        return ()

    async def figures(self, start: datetime, end: datetime) -> Sequence[ServiceFigures]:
        """As far as the server lists them; GeoReport has no word for when a request was settled."""
        n, n_settled = Counter[str](), Counter[str]()
        while start < end:
            until = min(end, start + MAX_SPAN)
            page = await self.find(ReportQuery(start=start, end=until, page_size=MAX_COUNTED))
            n.update(report.service_code for report in page.reports)
            n_settled.update(report.service_code for report in page.reports if report.state == "closed")
            start = until
        return [ServiceFigures(code, n[code], n_settled[code]) for code in sorted(n)]

    async def change(self, report_id: str, change: ReportChange) -> ReportDetail:
        raise DeskError("refused", "GeoReport v2 has no way to change a request")

    async def _rows(self, path: str, params: Mapping[str, str]) -> Sequence[ShownReport]:
        try:
            answer = await self._client.get(path, params=params)
            if answer.status_code == 404:
                return ()
            rows: Any = answer.raise_for_status().json()
            return [read_report(row) for row in rows]
        except (httpx.HTTPError, ValidationError, ValueError, TypeError, AttributeError) as error:
            raise DeskError("unreachable", type(error).__name__) from error


def _age(report: ShownReport) -> Any:
    return report.requested_at


def _fits(report: ShownReport, query: ReportQuery) -> bool:
    """Servers may ignore any filter."""
    said = f"{report.description} {report.address} {report.reference} {report.id}".casefold()
    return (
        (not query.states or report.state in query.states)
        and (not query.service_codes or report.service_code in query.service_codes)
        and (not query.agency or report.agency == query.agency)
        and query.text.casefold() in said
        and (query.start is None or report.requested_at >= query.start)
        and (query.end is None or report.requested_at < query.end)
    )
