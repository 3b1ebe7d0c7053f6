"""Who waits to be called back: claimed by one agent at a time, called, done with a note.

A number is shown to whoever has the call-back in hand, and to those who may see numbers: both are written
down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import Clock, Door, visit_of
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Role, Visit
from bot.console.routes_conversation import SEES_NUMBERS
from bot.console.shown_text import dialled
from bot.console.work_queues import Queues
from integrations.desk_callbacks import Callback, CallbackEvent, CallbackEventKind
from integrations.desk_models import CallbackState

ADDRESS = "/console/work"
MAX_NOTE_CHARS = 4000
SHOWN = 200
NOTE_MISSING = "Écrivez en une phrase ce qu'il en est : un rappel n'est jamais clos sans un mot."
EVENTS = {
    CallbackEventKind.REQUESTED: "demandé",
    CallbackEventKind.ASKED_AGAIN: "demandé à nouveau",
    CallbackEventKind.CLAIMED: "pris",
    CallbackEventKind.RELEASED: "rendu",
    CallbackEventKind.TRIED: "essayé, personne n'a répondu",
    CallbackEventKind.DONE: "fait",
}

DueAt = Callable[[str, datetime], datetime]
Note = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class ShownCallback:
    """A call-back as one account sees it. dial: what a phone dials, "" when the number is not shown."""

    callback: Callback
    events: tuple[tuple[str, CallbackEvent], ...]
    is_mine: bool
    is_held: bool
    is_overdue: bool
    sees_caller: bool
    dial: str


class WorkRoutes:
    """The queue of call-backs, for agents.

    due_at: by when a service calls back, counted from a moment (a key of services.yml, the moment).
    """

    def __init__(
        self, door: Door, pages: Pages, queues: Queues, masking: Masking, due_at: DueAt, clock: Clock
    ) -> None:
        self._door = door
        self._pages = pages
        self._queues = queues
        self._masking = masking
        self._callbacks = queues.callbacks
        self._due_at = due_at
        self._clock = clock
        self.router = APIRouter(prefix=ADDRESS, dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("", self.show, methods=["GET"])
        self.router.add_api_route("/count", self.count, methods=["GET"])
        for path, does in (
            ("/callbacks/{reference}/claim", self.claim),
            ("/callbacks/{reference}/release", self.release),
            ("/callbacks/{reference}/tried", self.tried),
            ("/callbacks/{reference}/done", self.finish),
        ):
            self.router.add_api_route(path, does, methods=["POST"])

    async def show(self, request: Request) -> Response:
        return await self._page(request)

    async def count(self, request: Request) -> Response:
        """For the menu: call-backs that are overdue, and what else waits for somebody."""
        n = (await self._queues.waiting(self._clock())).urgent
        return self._pages.render(request, visit_of(request), "menu_count.html", n=n, what="à traiter")

    async def claim(self, request: Request, reference: str) -> Response:
        """Take a call-back in hand; whoever comes second is told by whom it is taken."""
        login = await self._recorded(request, "claim_callback", reference)
        return await self._answer(
            request, reference, await self._callbacks.claim(reference, login, self._clock())
        )

    async def release(self, request: Request, reference: str, note: Note = "") -> Response:
        """Give a call-back back to the others."""
        login = await self._recorded(request, "release_callback", reference)
        note = _clipped(note)
        is_done = await self._callbacks.release(reference, login, note, self._clock())
        return await self._answer(request, reference, is_done, note)

    async def tried(self, request: Request, reference: str, note: Note = "") -> Response:
        """Nobody answered: the call-back waits again, as long as a new one would."""
        login = await self._recorded(request, "try_callback", reference)
        callback = await self._callbacks.get(reference)
        if callback is None:
            raise HTTPException(404, "Ce rappel n'existe pas.")
        now, note = self._clock(), _clipped(note)
        due_at = self._due_at(callback.service, now)
        is_done = await self._callbacks.tried(reference, login, note, due_at, now)
        return await self._answer(request, reference, is_done, note)

    async def finish(self, request: Request, reference: str, note: Note = "") -> Response:
        """Close a call-back with what came of it."""
        note = _clipped(note)
        if not note:
            return await self._page(request, status=422, error=NOTE_MISSING)
        login = await self._recorded(request, "finish_callback", reference)
        is_done = await self._callbacks.finish(reference, login, note, self._clock())
        return await self._answer(request, reference, is_done, note)

    async def _recorded(self, request: Request, action: str, reference: str) -> str:
        """Write down what is about to be done; return who does it."""
        visit = visit_of(request)
        await self._door.record(visit, action, reference[:64])
        return visit.account.login

    async def _answer(self, request: Request, reference: str, is_done: bool, note: str = "") -> Response:
        if is_done:
            return RedirectResponse(ADDRESS, 303)
        callback = await self._callbacks.get(reference)
        if callback is None:
            raise HTTPException(404, "Ce rappel n'existe pas.")
        return await self._page(request, status=409, error=_conflict(callback), typed=note)

    async def _page(
        self, request: Request, *, status: int = 200, error: str = "", typed: str = ""
    ) -> Response:
        """The queue. typed: a note that could not be kept, to be copied."""
        visit, now = visit_of(request), self._clock()
        waiting = await self._callbacks.waiting(limit=SHOWN)
        queued = await self._queues.waiting(now)
        events = await self._callbacks.histories([each.reference for each in waiting])
        shown = [_shown(each, events.get(each.reference, ()), visit, now) for each in waiting]
        if any(each.sees_caller and not each.is_mine for each in shown):
            await self._door.record(visit, "view_callbacks")
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            "work.html",
            masked=self._masking.masked,
            status=status,
            shown=shown,
            waiting=queued,
            tab="callback",
            error=error,
            typed=typed,
        )


def _shown(
    callback: Callback, events: tuple[CallbackEvent, ...], visit: Visit, now: datetime
) -> ShownCallback:
    is_mine = callback.state is CallbackState.CLAIMED and callback.claimed_by == visit.account.login
    sees_caller = is_mine or visit.account.role.may(SEES_NUMBERS)
    dial = dialled(callback.phone) if sees_caller else ""
    return ShownCallback(
        callback,
        tuple((EVENTS[event.kind], event) for event in events),
        is_mine,
        callback.is_held(now),
        callback.is_overdue(now),
        sees_caller,
        dial,
    )


def _clipped(note: str) -> str:
    return note.strip()[:MAX_NOTE_CHARS]


def _conflict(callback: Callback) -> str:
    by = callback.claimed_by
    if callback.state is CallbackState.DONE:
        return f"Le rappel {callback.reference} est déjà fait, par {by}."
    if callback.state is CallbackState.CLAIMED:
        return f"Le rappel {callback.reference} est pris par {by}."
    return f"Vous n'avez plus le rappel {callback.reference} : prenez-le à nouveau."
