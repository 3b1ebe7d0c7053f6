"""Accounts, for administrators."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from bot.console.account_fields import fault_of
from bot.console.door import Clock, Door, visit_of
from bot.console.guard import Guard
from bot.console.labels_accounts import ROLE_NAMES
from bot.console.pages import Pages
from bot.console.passwords import MIN_CHARS, weakness
from bot.console.roles import Role
from bot.store.accounts import AccountStore, LastAdministratorError, ListedAccount

HERE = "/console/accounts/"
LAST = "Il doit rester un administrateur."


class AccountsRoutes:
    """Adding people, changing their role, switching them off."""

    def __init__(self, door: Door, pages: Pages, accounts: AccountStore, guard: Guard, clock: Clock) -> None:
        self._door = door
        self._pages = pages
        self._accounts = accounts
        self._guard = guard
        self._clock = clock
        self.router = APIRouter(prefix="/console/accounts", dependencies=[door.needs(Role.ADMINISTRATOR)])
        self.router.add_api_route("/", self.show, methods=["GET"])
        self.router.add_api_route("/", self.add, methods=["POST"])
        self.router.add_api_route("/{account_id}", self.change, methods=["POST"])
        self.router.add_api_route("/{account_id}/password", self.set_password, methods=["POST"])
        self.router.add_api_route("/{account_id}/unlock", self.unlock, methods=["POST"])

    async def show(self, request: Request) -> Response:
        return await self._page(request)

    async def add(
        self,
        request: Request,
        login: Annotated[str, Form()],
        name: Annotated[str, Form()],
        role: Annotated[Role, Form()],
        password: Annotated[str, Form()],
        extension: Annotated[str, Form()] = "",
    ) -> Response:
        login, name, extension = login.strip().casefold(), name.strip(), "".join(extension.split())
        error = fault_of(login=login, name=name, extension=extension) or weakness(password, login, name)
        if error:
            return await self._page(request, error, login=login, name=name, role=role, extension=extension)
        await self._door.record(visit_of(request), "add_account", login, role)
        try:
            await asyncio.to_thread(self._accounts.add, login, name, role, password, self._clock(), extension)
        except IntegrityError:
            error = f"Il y a déjà un compte {login}."
            return await self._page(request, error, login=login, name=name, role=role, extension=extension)
        return RedirectResponse(HERE, 303)

    async def change(
        self,
        request: Request,
        account_id: int,
        name: Annotated[str, Form()],
        role: Annotated[Role, Form()],
        extension: Annotated[str, Form()] = "",
        active: Annotated[str, Form()] = "",
    ) -> Response:
        listed = await self._listed(account_id)
        name, extension = name.strip(), "".join(extension.split())
        if error := fault_of(name=name, extension=extension):
            return await self._page(request, error)
        detail = f"{role}, poste {extension or 'aucun'}, {'actif' if active else 'désactivé'}"
        await self._door.record(visit_of(request), "change_account", listed.account.login, detail)
        try:
            await asyncio.to_thread(
                self._accounts.change,
                account_id,
                name=name,
                role=role,
                extension=extension,
                is_active=bool(active),
            )
        except LastAdministratorError:
            return await self._page(request, LAST)
        return RedirectResponse(HERE, 303)

    async def set_password(
        self, request: Request, account_id: int, password: Annotated[str, Form()]
    ) -> Response:
        listed = await self._listed(account_id)
        if listed.is_foreign:
            raise HTTPException(409, "Ce compte se connecte par l'annuaire de la ville.")
        if error := weakness(password, listed.account.login, listed.account.name):
            return await self._page(request, error)
        await self._door.record(visit_of(request), "set_password", listed.account.login)
        await asyncio.to_thread(self._accounts.set_password, account_id, password)
        return RedirectResponse(HERE, 303)

    async def unlock(self, request: Request, account_id: int) -> Response:
        """Let somebody try again at once."""
        listed = await self._listed(account_id)
        await self._door.record(visit_of(request), "unlock_account", listed.account.login)
        await self._guard.unlock(listed.account.login)
        return RedirectResponse(HERE, 303)

    async def _listed(self, account_id: int) -> ListedAccount:
        for listed in await asyncio.to_thread(self._accounts.list):
            if listed.account.id == account_id:
                return listed
        raise HTTPException(404, "Ce compte n'existe pas.")

    async def _page(
        self,
        request: Request,
        error: str = "",
        *,
        login: str = "",
        name: str = "",
        role: Role = Role.AGENT,
        extension: str = "",
    ) -> Response:
        return self._pages.render(
            request,
            visit_of(request),
            "accounts.html",
            status=422 if error else 200,
            accounts=await asyncio.to_thread(self._accounts.list),
            roles=ROLE_NAMES,
            error=error,
            typed={"login": login, "name": name, "role": role, "extension": extension},
            min_chars=MIN_CHARS,
        )
