"""Steering, the versions: who changed what and when, and the way back to any of them."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import Clock, Door, visit_of
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.console.routes_steering import HOME, commit, conflict_words, read_form
from bot.console.steering_desk import SteeringDesk
from bot.console.steering_words import differences
from integrations.city import City
from integrations.messages_edit import is_protected
from integrations.steering import Steering
from integrations.steering_store import UNCHANGED

HISTORY = f"{HOME}/history"
PAGE = 20


class SteeringHistoryRoutes:
    """For supervisors; a version with other legal or emergency words comes back by an administrator only."""

    def __init__(self, door: Door, pages: Pages, desk: SteeringDesk, city: City, clock: Clock) -> None:
        self._door = door
        self._pages = pages
        self._desk = desk
        self._city = city
        self._clock = clock
        self.router = APIRouter(dependencies=[door.needs(Role.SUPERVISOR)])
        self.router.add_api_route(HISTORY, self.show, methods=["GET"])
        self.router.add_api_route(f"{HISTORY}/{{version}}/restore", self.restore, methods=["POST"])

    async def show(self, request: Request, before: int | None = None) -> Response:
        return await self._show(request, before)

    async def restore(self, request: Request, version: int) -> Response:
        """Make a new version that is like an earlier one."""
        wanted = await asyncio.to_thread(self._desk.store.get, version)
        if wanted is None:
            raise HTTPException(404, "Cette version n'existe pas.")
        current = await asyncio.to_thread(self._desk.store.current)
        is_administrator = visit_of(request).account.role.may(Role.ADMINISTRATOR)
        if not is_administrator and self._rewords_protected(current.steering, wanted.steering):
            raise HTTPException(403, "Cette version change une phrase légale ou d'urgence.")
        form = await read_form(request)
        title = f"Retour à la version {version}"
        conflict = await commit(
            self._door,
            self._desk,
            request,
            form,
            lambda steering: steering,
            lambda steering: wanted.steering,
            title,
            self._clock(),
        )
        if conflict is not None:
            return await self._show(request, None, conflict_words(conflict), status=409)
        return RedirectResponse(HISTORY, 303)

    async def _show(
        self, request: Request, before: int | None, error: str = "", status: int = 200
    ) -> Response:
        current = await asyncio.to_thread(self._desk.store.current)
        versions = await asyncio.to_thread(self._desk.store.newest, PAGE + 1, before)
        has_more = len(versions) > PAGE
        shown = [
            (new, differences(old.steering, new.steering, self._city, self._desk.catalogue))
            for new, old in pairwise([*versions, *(() if has_more else (UNCHANGED,))])
        ]
        return self._pages.render(
            request,
            visit_of(request),
            "steering_history.html",
            status=status,
            versions=shown,
            current=current,
            error=error,
            before=shown[-1][0].id if has_more else None,
        )

    def _rewords_protected(self, now: Steering, then: Steering) -> bool:
        return any(
            now.texts.get(name) != then.texts.get(name)
            for name, message in self._desk.catalogue.messages.items()
            if is_protected(name, message)
        )
