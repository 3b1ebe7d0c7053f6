"""Who saw and changed what, for administrators."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from bot.console.csv_export import Cell, csv_response
from bot.console.days import begins, ends, read_day
from bot.console.door import Door, visit_of
from bot.console.labels_accounts import action_name
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.store.audit import AuditFilter, AuditStore

PAGE = 50


class AuditRoutes:
    """The audit log, paged and as a file."""

    def __init__(self, door: Door, pages: Pages, audit: AuditStore, timezone: ZoneInfo) -> None:
        self._door = door
        self._pages = pages
        self._audit = audit
        self._timezone = timezone
        self.router = APIRouter(prefix="/console/audit", dependencies=[door.needs(Role.ADMINISTRATOR)])
        self.router.add_api_route("/", self.show, methods=["GET"])
        self.router.add_api_route("/export.csv", self.export, methods=["GET"])

    async def show(
        self,
        request: Request,
        login: str = "",
        action: str = "",
        subject: str = "",
        start: str = "",
        end: str = "",
        before: str = "",
    ) -> Response:
        wanted = self._filter(login, action, subject, start, end)
        found = await asyncio.to_thread(self._audit.find, wanted, _number(before), PAGE + 1)
        asked = {"login": login, "action": action, "subject": subject, "start": start, "end": end}
        query = urlencode({name: value for name, value in asked.items() if value})
        return self._pages.render(
            request,
            visit_of(request),
            "audit.html",
            entries=found[:PAGE],
            older=found[PAGE - 1].id if len(found) > PAGE else None,
            actions=await asyncio.to_thread(self._audit.actions),
            action_name=action_name,
            asked=asked,
            query=query,
            is_first=not before,
        )

    async def export(
        self,
        request: Request,
        login: str = "",
        action: str = "",
        subject: str = "",
        start: str = "",
        end: str = "",
    ) -> Response:
        await self._door.record(visit_of(request), "export_audit")
        wanted = self._filter(login, action, subject, start, end)
        header = ("Date", "Compte", "Action", "Objet", "Détail")
        return csv_response("journal", header, self._rows(wanted), self._timezone)

    def _rows(self, wanted: AuditFilter) -> Iterator[tuple[Cell, ...]]:
        for entry in self._audit.all(wanted):
            yield entry.at, entry.login, entry.action, entry.subject, entry.detail

    def _filter(self, login: str, action: str, subject: str, start: str, end: str) -> AuditFilter:
        return AuditFilter(
            login=login.strip(),
            action=action,
            subject=subject.strip(),
            start=begins(read_day(start), self._timezone),
            end=ends(read_day(end), self._timezone),
        )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
