"""Personal data: what is kept how long, what was deleted, erasing somebody, the register of processing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import URL

from bot.console.door import Clock, Door, visit_of
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.privacy.erase import Eraser, NotANumberError
from bot.privacy.keeping import Keeping, periods
from bot.privacy.ledger import Subject
from bot.store.privacy_runs import PrivacyRuns, RunKind

KINDS = {
    RunKind.RETENTION: "Durées de conservation",
    RunKind.ERASURE: "Effacement demandé",
    RunKind.REPLAY: "Effacements rejoués après une restauration",
}
COUNTS = {
    "conversations": "conversations",
    "recordings": "enregistrements",
    "transcripts": "transcriptions",
    "trackers": "mémoires de dialogue",
    "statistics": "statistiques",
    "counted_days": "jours de statistiques",
    "turns": "paroles masquées",
    "photos": "photos",
    "learned": "exemples appris",
    "reports": "signalements anonymisés",
    "backend_reports": "demandes anonymisées au guichet",
    "people": "auteurs de signalements oubliés",
    "callbacks": "demandes de rappel",
    "spooled": "rappels en attente",
    "notifications": "messages envoyés",
    "audit": "lignes du journal",
}


@dataclass(frozen=True, slots=True)
class Processing:
    """What the register says of this installation. recipients: whom data is sent to outside it."""

    is_recorded: bool
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    """What the pages work on; all of it blocks."""

    eraser: Eraser
    runs: PrivacyRuns
    keeping: Keeping
    processing: Processing


class PrivacyRoutes:
    """For supervisors and administrators; numbers travel in bodies of requests, never in addresses."""

    def __init__(self, door: Door, pages: Pages, desk: PrivacyDesk, clock: Clock) -> None:
        self._door = door
        self._pages = pages
        self._desk = desk
        self._clock = clock
        self.router = APIRouter(prefix="/console/privacy", dependencies=[door.needs(Role.SUPERVISOR)])
        self.router.add_api_route("", self.show, methods=["GET"])
        self.router.add_api_route("/find", self.find, methods=["POST"])
        self.router.add_api_route("/erase", self.erase, methods=["POST"])
        self.router.add_api_route("/register", self.register, methods=["GET"])
        self.router.add_api_route(
            "/replay", self.replay, methods=["POST"], dependencies=[door.needs(Role.ADMINISTRATOR)]
        )

    async def show(self, request: Request) -> Response:
        return await self._page(request)

    async def find(
        self,
        request: Request,
        subject: Annotated[Subject, Form()] = Subject.NUMBER,
        value: Annotated[str, Form()] = "",
    ) -> Response:
        """What would be erased, so that nobody erases by a slip."""
        wanted = value.strip()
        try:
            conversations = await asyncio.to_thread(self._find, subject, wanted)
        except NotANumberError:
            error = "Ce n'est pas un numéro de téléphone complet."
            return await self._page(request, status=422, subject=subject, value=wanted, error=error)
        await self._record(request, "search_person", subject, wanted)
        return await self._page(request, subject=subject, value=wanted, found=conversations)

    async def erase(
        self,
        request: Request,
        subject: Annotated[Subject, Form()],
        value: Annotated[str, Form()],
        sure: Annotated[str, Form()] = "",
    ) -> Response:
        if not sure:
            error = "Cochez la case : un effacement ne se reprend pas."
            return await self._page(request, status=422, subject=subject, value=value, error=error)
        by = visit_of(request).account.login
        erase = (
            self._desk.eraser.erase_number
            if subject is Subject.NUMBER
            else self._desk.eraser.erase_conversation
        )
        try:
            await self._record(request, "erase", subject, value)
            await asyncio.to_thread(erase, value, by, self._clock())
        except NotANumberError:
            return await self._page(request, status=422, error="Ce n'est pas un numéro de téléphone complet.")
        return _back("done")

    async def replay(self, request: Request) -> Response:
        by = visit_of(request).account.login
        await self._door.record(visit_of(request), "replay_erasures")
        await asyncio.to_thread(self._desk.eraser.replay, by, self._clock())
        return _back("replayed")

    async def register(self, request: Request) -> Response:
        return self._pages.render(
            request,
            visit_of(request),
            "privacy_register.html",
            periods=periods(self._desk.keeping),
            processing=self._desk.processing,
            today=self._clock(),
        )

    def _find(self, subject: Subject, value: str) -> list[str]:
        if subject is Subject.NUMBER:
            return self._desk.eraser.conversations_of(value)
        return [value] if self._desk.eraser.is_known(value) else []

    async def _record(self, request: Request, action: str, subject: Subject, value: str) -> None:
        """The journal of agents outlives an erasure: it holds a keyed hash only."""
        shown = await asyncio.to_thread(self._desk.eraser.shown, subject, value)
        await self._door.record(visit_of(request), action, f"{subject}:{shown}")

    async def _page(
        self,
        request: Request,
        *,
        status: int = 200,
        subject: Subject = Subject.NUMBER,
        value: str = "",
        found: list[str] | None = None,
        error: str = "",
    ) -> Response:
        visit = visit_of(request)
        runs = await asyncio.to_thread(self._desk.runs.latest)
        return self._pages.render(
            request,
            visit,
            "privacy.html",
            status=status,
            periods=periods(self._desk.keeping),
            processing=self._desk.processing,
            runs=[(run, KINDS[run.kind], _told(run.counts)) for run in runs],
            subject=subject,
            value=value,
            found=found,
            error=error,
            done=request.query_params.get("told", ""),
            may_replay=visit.account.role.may(Role.ADMINISTRATOR),
        )


def _told(counts: Mapping[str, int]) -> list[str]:
    return [f"{COUNTS.get(name, name)} : {n}" for name, n in counts.items()]


def _back(told: str) -> RedirectResponse:
    return RedirectResponse(str(URL("/console/privacy").include_query_params(told=told)), 303)
