"""Forms that came after their session had ended: shown to whoever filled them in, to be sent again."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import HOME, Clock, Door, visit_of
from bot.console.labels_kept import shown_fields
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.store.sign_ins import SignInStore

GONE = "Ce formulaire n'est plus là, ou un autre compte l'avait rempli : reconnectez-vous avec ce compte."


class KeptRoutes:
    """The form's address and fields come from our own database; its route checks them as ever."""

    def __init__(self, door: Door, pages: Pages, sign_ins: SignInStore, clock: Clock) -> None:
        self._pages = pages
        self._sign_ins = sign_ins
        self._clock = clock
        self.router = APIRouter(prefix="/console/kept", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/{key}", self.show, methods=["GET"])
        self.router.add_api_route("/{key}/forget", self.forget, methods=["POST"])

    async def show(self, request: Request, key: str) -> Response:
        visit = visit_of(request)
        form = await asyncio.to_thread(self._sign_ins.kept, key, visit.account, self._clock())
        if form is None:
            raise HTTPException(404, GONE)
        shown = shown_fields(form.fields)
        return self._pages.render(request, visit, "kept.html", key=key, form=form, shown=shown)

    async def forget(self, request: Request, key: str) -> Response:
        await asyncio.to_thread(self._sign_ins.forget_kept, key, visit_of(request).account)
        return RedirectResponse(HOME, 303)
