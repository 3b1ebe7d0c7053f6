"""One report: its life, changes, duplicates; who made it, for those who may know."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import Door, visit_of
from bot.console.labels_reports import PRIORITIES, REFUSED, state_name
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Role, Visit
from integrations.backend.life import State, next_states
from integrations.report_desk import Candidate, DeskError, ReportChange, ReportDesk, ReportDetail

STATUS = {"conflict": 409, "refused": 422, "missing": 404, "unreachable": 502}
MAX_NOTE_CHARS = 4000

ReportId = str


class ReportRoutes:
    """Names and numbers of callers are shown to supervisors only, one by one, and that is written down."""

    def __init__(self, door: Door, pages: Pages, desk: ReportDesk, masking: Masking) -> None:
        self._door = door
        self._pages = pages
        self._desk = desk
        self._masking = masking
        self.router = APIRouter(prefix="/console/reports", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/{report_id}", self.show, methods=["GET"])
        self.router.add_api_route("/{report_id}/change", self.change, methods=["POST"])
        self.router.add_api_route("/{report_id}/merge", self.merge, methods=["POST"])
        supervisors = [door.needs(Role.SUPERVISOR)]
        self.router.add_api_route(
            "/{report_id}/caller", self.caller, methods=["POST"], dependencies=supervisors
        )

    async def show(self, request: Request, report_id: ReportId) -> Response:
        return await self._page(request, report_id)

    async def change(
        self,
        request: Request,
        report_id: ReportId,
        last_event: Annotated[str, Form()] = "",
        state: Annotated[str, Form()] = "",
        agency: Annotated[str, Form()] = "",
        priority: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
    ) -> Response:
        """A new state, another priority, a note; what was typed stays on the page if it is refused."""
        visit = visit_of(request)
        change = ReportChange(
            author=_author(visit),
            last_event=last_event,
            state=state,
            note=note.strip()[:MAX_NOTE_CHARS],
            agency=agency if state == State.ASSIGNED else "",
            priority=int(priority) if priority in ("1", "2", "3") else None,
        )
        return await self._change(request, report_id, change)

    async def merge(
        self,
        request: Request,
        report_id: ReportId,
        duplicate_of: Annotated[str, Form()],
        last_event: Annotated[str, Form()] = "",
    ) -> Response:
        """This report is about the same problem as another one, and goes on with that."""
        author = _author(visit_of(request))
        change = ReportChange(author, last_event, state=State.DUPLICATE, duplicate_of=duplicate_of)
        return await self._change(request, report_id, change)

    async def caller(self, request: Request, report_id: ReportId) -> Response:
        await self._door.record(visit_of(request), "view_caller", f"report {report_id}")
        return await self._page(request, report_id, shows_caller=True)

    async def _change(self, request: Request, report_id: ReportId, change: ReportChange) -> Response:
        visit = visit_of(request)
        told = (change.state, change.duplicate_of, change.agency, f"{change.priority or ''}")
        detail = " ".join(filter(None, told)) or "note"
        await self._door.record(visit, "change_report", f"report {report_id}", detail)
        try:
            await self._desk.change(report_id, change)
        except DeskError as error:
            return await self._page(request, report_id, typed=change, refused=error)
        return RedirectResponse(f"/console/reports/{report_id}", 303)

    async def _page(
        self,
        request: Request,
        report_id: ReportId,
        *,
        shows_caller: bool = False,
        typed: ReportChange | None = None,
        refused: DeskError | None = None,
    ) -> Response:
        detail, candidates, agencies = await self._read(report_id)
        can_change = self._desk.can_change
        state = detail.report.state
        following = next_states(State(state)) if can_change and state in set(State) else ()
        visit = visit_of(request)
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            "report.html",
            shown=self._masking.shown(visit.account.role, _names(detail)),
            status=STATUS[refused.kind] if refused else 200,
            detail=detail,
            report=detail.report,
            candidates=candidates,
            agencies=agencies,
            states=[(each, state_name(each)) for each in following if each is not State.DUPLICATE],
            priorities=PRIORITIES,
            state_name=state_name,
            can_change=can_change,
            shows_caller=shows_caller,
            may_see_caller=visit.account.role.may(Role.SUPERVISOR),
            typed=typed,
            error=REFUSED[refused.kind] if refused else "",
            reason=str(refused) if refused and refused.kind == "refused" else "",
        )

    async def _read(self, report_id: ReportId) -> tuple[ReportDetail, list[Candidate], list[str]]:
        try:
            detail = await self._desk.get(report_id)
            is_open = detail.report.state in set(State) and not State(detail.report.state).is_settled
            candidates = await self._desk.candidates(report_id) if is_open else ()
            return detail, list(candidates), list(await self._desk.agencies())
        except DeskError as error:
            raise HTTPException(STATUS[error.kind], REFUSED[error.kind]) from error


def _names(detail: ReportDetail) -> tuple[str, ...]:
    """Whose name must not be read in a description or a note either."""
    name = str((detail.caller or {}).get("name") or "")
    return (name,) if name else ()


def _author(visit: Visit) -> str:
    return f"{visit.account.name} ({visit.account.login})"[:100]
