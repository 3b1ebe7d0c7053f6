"""One's own account."""

from __future__ import annotations

import asyncio
import math
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.account_fields import fault_of
from bot.console.browser import Browsers
from bot.console.door import Door, visit_of
from bot.console.guard import Guard
from bot.console.pages import Pages
from bot.console.passwords import MIN_CHARS, weakness
from bot.console.roles import Account, Role
from bot.store.accounts import AccountStore

HERE = "/console/account/"
DONE = {
    "password": "Votre mot de passe est changé ; vos autres sessions sont terminées.",
    "extension": "Enregistré.",
}


class AccountRoutes:
    """Password and desk phone."""

    def __init__(
        self, door: Door, pages: Pages, accounts: AccountStore, guard: Guard, browsers: Browsers
    ) -> None:
        self._door = door
        self._pages = pages
        self._accounts = accounts
        self._guard = guard
        self._browsers = browsers
        self.router = APIRouter(prefix="/console/account", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/", self.show, methods=["GET"])
        self.router.add_api_route("/password", self.set_password, methods=["POST"])
        self.router.add_api_route("/extension", self.set_extension, methods=["POST"])

    async def show(self, request: Request, done: str = "") -> Response:
        return await self._page(request, done=DONE.get(done, ""))

    async def set_password(
        self,
        request: Request,
        current: Annotated[str, Form()] = "",
        new_password: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        """All other browsers are signed out, and this one gets a new secret."""
        visit = visit_of(request)
        error = await self._refusal(visit.account, current, new_password, again)
        if error:
            return await self._page(request, error=error, status=422)
        await self._door.record(visit, "change_password", visit.account.login)
        await asyncio.to_thread(self._accounts.set_password, visit.account.id, new_password)
        response = RedirectResponse(f"{HERE}?done=password", 303)
        await self._browsers.begin(request, response, visit.account, "mot de passe changé")
        await self._browsers.know(request, response, visit.account)
        return response

    async def set_extension(self, request: Request, extension: Annotated[str, Form()] = "") -> Response:
        visit = visit_of(request)
        extension = "".join(extension.split())
        if error := fault_of(extension=extension):
            return await self._page(request, error=error, status=422)
        await self._door.record(visit, "change_account", visit.account.login, f"poste {extension or 'aucun'}")
        await asyncio.to_thread(self._accounts.change, visit.account.id, extension=extension)
        return RedirectResponse(f"{HERE}?done=extension", 303)

    async def _refusal(self, account: Account, current: str, new_password: str, again: str) -> str:
        if new_password != again:
            return "Les deux nouveaux mots de passe diffèrent."
        if error := weakness(new_password, account.login, account.name):
            return error
        checked = await self._guard.confirm(account, current)
        if checked.wait:
            return f"Trop d'essais. Réessayez dans {math.ceil(checked.wait.total_seconds())} secondes."
        return "" if checked.account else "Le mot de passe actuel n'est pas le bon."

    async def _page(
        self, request: Request, *, done: str = "", error: str = "", status: int = 200
    ) -> Response:
        visit = visit_of(request)
        return self._pages.render(
            request,
            visit,
            "account.html",
            status=status,
            done=done,
            error=error,
            min_chars=MIN_CHARS,
            has_password=await asyncio.to_thread(self._accounts.has_password, visit.account.id),
        )
