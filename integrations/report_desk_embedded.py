"""The embedded report desk's `/desk/v1`, as a client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
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
)
from integrations.report_desk_rows import read_candidate, read_detail, read_report

KEY_HEADER = "X-Api-Key"
TIMEOUT = httpx.Timeout(10.0, connect=2.0)
CHANGED_MEANWHILE = "the request was changed meanwhile"

T = TypeVar("T")


class EmbeddedDesk:
    """ReportDesk on the embedded server. base_url: its own, without a path. key: the agents'."""

    can_change = True

    def __init__(self, base_url: str, key: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/desk/v1/",
            headers={KEY_HEADER: key, "User-Agent": "callbot-console"},
            timeout=TIMEOUT,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def find(self, query: ReportQuery) -> ReportPage:
        answer = await self._ask("GET", "requests", params=_params(query))
        return _read(lambda: ReportPage(int(answer["total"]), [read_report(r) for r in answer["requests"]]))

    async def get(self, report_id: str) -> ReportDetail:
        answer = await self._ask("GET", f"requests/{quote(report_id, safe='')}")
        return _read(lambda: read_detail(answer))

    async def candidates(self, report_id: str) -> Sequence[Candidate]:
        answer = await self._ask("GET", f"requests/{quote(report_id, safe='')}/duplicates")
        return _read(lambda: [read_candidate(raw) for raw in answer])

    async def agencies(self) -> Sequence[str]:
        answer = await self._ask("GET", "agencies")
        return _read(lambda: [str(name) for name in answer])

    async def figures(self, start: datetime, end: datetime) -> Sequence[ServiceFigures]:
        span = {"start_date": start.isoformat(), "end_date": end.isoformat()}
        answer = await self._ask("GET", "figures", params=span)
        return _read(lambda: [_figures(code, found) for code, found in answer["services"].items()])

    async def change(self, report_id: str, change: ReportChange) -> ReportDetail:
        body: dict[str, Any] = {
            "author": change.author,
            "last_event": change.last_event,
            "note": change.note,
            "agency": change.agency,
            "duplicate_of": change.duplicate_of,
        }
        if change.state:
            body["state"] = change.state
        if change.priority is not None:
            body["priority"] = change.priority
        answer = await self._ask("POST", f"requests/{quote(report_id, safe='')}/events", json=body)
        return _read(lambda: read_detail(answer))

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = await self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            raise DeskError("unreachable", type(error).__name__) from error
        if answer.is_success:
            return _read(answer.json)
        raise _refusal(answer)


def _params(query: ReportQuery) -> Mapping[str, str]:
    params = {
        "state": ",".join(query.states),
        "service_code": ",".join(query.service_codes),
        "agency": query.agency,
        "text": query.text,
        "start_date": query.start.isoformat() if query.start else "",
        "end_date": query.end.isoformat() if query.end else "",
        "page": str(query.page),
        "page_size": str(query.page_size),
    }
    return {name: value for name, value in params.items() if value}


def _figures(code: str, found: Mapping[str, Any]) -> ServiceFigures:
    in_time, late, overdue, running = (int(found[name]) for name in ("in_time", "late", "overdue", "running"))
    judged = in_time + late + overdue
    return ServiceFigures(code, judged + running, in_time + late, in_time, judged)


def _refusal(answer: httpx.Response) -> DeskError:
    try:
        reason = str(answer.json()[0]["description"])
    except (ValueError, LookupError, TypeError):
        reason = ""
    if answer.status_code == 404:
        return DeskError("missing", reason)
    if answer.status_code == 409 and reason == CHANGED_MEANWHILE:
        return DeskError("conflict", reason)
    if answer.status_code in (400, 409, 422):
        return DeskError("refused", reason)
    return DeskError("unreachable", f"status {answer.status_code}")


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except (ValidationError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DeskError("unreachable", f"unreadable answer ({type(error).__name__})") from error
