"""What of the reports only a person can settle: those that broke off, those not delivered."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import Clock, Door, visit_of
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.console.routes_conversation import SEES_NUMBERS
from bot.console.work_queues import Queues
from integrations.city import City
from integrations.desk_work import WorkKind

MAX_NOTE_CHARS = 4000
NOTE_MISSING = "Écrivez en une phrase ce qu'il en est."
PAGES = {
    WorkKind.LETTER: ("/console/work/letters", "work_letters.html"),
    WorkKind.REPORT: ("/console/work/reports", "work_reports.html"),
}
LETTERS = {
    "report": "signalement",
    "completion": "complément d'un signalement",
    "update": "ajout à un signalement",
}

Note = Annotated[str, Form(max_length=MAX_NOTE_CHARS)]
BackendId = Annotated[str, Form(max_length=128)]
# Beyond what a database numbers its rows with, there is no letter.
LetterId = int
MAX_LETTER_ID = 2**31 - 1


class FiledWorkRoutes:
    """The queues of incomplete reports and of dead letters, for agents."""

    def __init__(
        self, door: Door, pages: Pages, queues: Queues, masking: Masking, city: City, clock: Clock
    ) -> None:
        self._door = door
        self._pages = pages
        self._queues = queues
        self._masking = masking
        self._work = queues.filed
        self._problems = {code: problem.name for code, problem in city.problem_types.items()}
        self._clock = clock
        self.router = APIRouter(prefix="/console/work", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/letters", self.letters, methods=["GET"])
        self.router.add_api_route("/reports", self.reports, methods=["GET"])
        for path, does in (
            ("/letters/{letter_id}/claim", self.claim_letter),
            ("/letters/{letter_id}/release", self.release_letter),
            ("/letters/{letter_id}/send", self.send_letter),
            ("/letters/{letter_id}/done", self.settle_letter),
            ("/reports/{reference}/claim", self.claim_report),
            ("/reports/{reference}/release", self.release_report),
            ("/reports/{reference}/done", self.finish_report),
        ):
            self.router.add_api_route(path, does, methods=["POST"])

    async def letters(self, request: Request) -> Response:
        return await self._page(request, WorkKind.LETTER)

    async def reports(self, request: Request) -> Response:
        return await self._page(request, WorkKind.REPORT)

    async def claim_letter(self, request: Request, letter_id: LetterId) -> Response:
        return await self._claim(request, WorkKind.LETTER, _key(letter_id))

    async def claim_report(self, request: Request, reference: str) -> Response:
        return await self._claim(request, WorkKind.REPORT, reference[:32])

    async def release_letter(self, request: Request, letter_id: LetterId, note: Note = "") -> Response:
        return await self._release(request, WorkKind.LETTER, _key(letter_id), note)

    async def release_report(self, request: Request, reference: str, note: Note = "") -> Response:
        return await self._release(request, WorkKind.REPORT, reference[:32], note)

    async def send_letter(self, request: Request, letter_id: LetterId, note: Note = "") -> Response:
        """Have the outbox deliver it once more."""
        key = _key(letter_id)
        login = await self._recorded(request, "send_letter", key)
        is_done = await self._work.send_again(letter_id, login, note, self._clock())
        return await self._answer(request, WorkKind.LETTER, key, is_done, note)

    async def settle_letter(
        self, request: Request, letter_id: LetterId, note: Note = "", backend_id: BackendId = ""
    ) -> Response:
        """Somebody saw to it by other means."""
        key = _key(letter_id)
        if not note.strip():
            return await self._page(request, WorkKind.LETTER, status=422, error=NOTE_MISSING)
        login = await self._recorded(request, "settle_letter", key)
        is_done = await self._work.settle(letter_id, login, note, backend_id.strip(), self._clock())
        return await self._answer(request, WorkKind.LETTER, key, is_done, note)

    async def finish_report(self, request: Request, reference: str, note: Note = "") -> Response:
        """Say what came of a report that broke off."""
        key = reference[:32]
        if not note.strip():
            return await self._page(request, WorkKind.REPORT, status=422, error=NOTE_MISSING)
        login = await self._recorded(request, "finish_report", key)
        is_done = await self._work.finish_report(key, login, note)
        return await self._answer(request, WorkKind.REPORT, key, is_done, note)

    async def _claim(self, request: Request, kind: WorkKind, key: str) -> Response:
        login = await self._recorded(request, f"claim_{kind}", key)
        is_done = await self._work.claim(kind, key, login, self._clock())
        return await self._answer(request, kind, key, is_done)

    async def _release(self, request: Request, kind: WorkKind, key: str, note: str) -> Response:
        login = await self._recorded(request, f"release_{kind}", key)
        return await self._answer(request, kind, key, await self._work.release(kind, key, login, note), note)

    async def _recorded(self, request: Request, action: str, key: str) -> str:
        """Write down what is about to be done; return who does it."""
        visit = visit_of(request)
        await self._door.record(visit, action, key)
        return visit.account.login

    async def _answer(
        self, request: Request, kind: WorkKind, key: str, is_done: bool, note: str = ""
    ) -> Response:
        if is_done:
            return RedirectResponse(PAGES[kind][0], 303)
        item = await self._work.item(kind, key)
        error = "Quelqu'un s'en est occupé entre-temps, ou vous ne l'avez plus."
        if item.claimed_by:
            error = f"{item.claimed_by} s'en occupe."
        return await self._page(request, kind, status=409, error=error, typed=note)

    async def _page(
        self, request: Request, kind: WorkKind, *, status: int = 200, error: str = "", typed: str = ""
    ) -> Response:
        """A queue. typed: a note that could not be kept, to be copied."""
        visit, now = visit_of(request), self._clock()
        login, sees_all = visit.account.login, visit.account.role.may(SEES_NUMBERS)
        if kind is WorkKind.REPORT:
            reports = await self._work.reports()
            if sees_all and any(report.phone and item.claimed_by != login for report, item in reports):
                await self._door.record(visit, "view_incomplete")
            shown = [(report, item, item.is_held(now)) for report, item in reports]
        else:
            shown = [(letter, item, item.is_held(now)) for letter, item in await self._work.letters()]  # type: ignore[misc]
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            PAGES[kind][1],
            masked=self._masking.masked,
            status=status,
            shown=shown,
            waiting=await self._queues.waiting(now),
            tab=kind,
            sees_all=sees_all,
            problems=self._problems,
            kinds=LETTERS,
            error=error,
            typed=typed,
        )


def _key(letter_id: int) -> str:
    if not 0 < letter_id <= MAX_LETTER_ID:
        raise HTTPException(404, "Cet envoi n'existe pas.")
    return str(letter_id)
