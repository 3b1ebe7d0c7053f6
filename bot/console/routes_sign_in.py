"""Signing in and out."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.console.door import COOKIE, Clock, Door
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.store.accounts import AccountStore

HOME = "/console/"


class SignInRoutes:
    """is_secure: browsers reach the console by HTTPS, so the cookie must never travel without."""

    def __init__(
        self, door: Door, pages: Pages, accounts: AccountStore, clock: Clock, *, is_secure: bool
    ) -> None:
        self._pages = pages
        self._accounts = accounts
        self._clock = clock
        self._is_secure = is_secure
        self.router = APIRouter(prefix="/console")
        self.router.add_api_route("/sign-in", self.show, methods=["GET"])
        self.router.add_api_route("/sign-in", self.sign_in, methods=["POST"])
        signed_in = [door.needs(Role.AGENT)]
        self.router.add_api_route("/sign-out", self.sign_out, methods=["POST"], dependencies=signed_in)

    async def show(self, request: Request, next: str = HOME) -> Response:
        return self._pages.render(request, None, "sign_in.html", next=next, error="")

    async def sign_in(
        self,
        request: Request,
        login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = HOME,
    ) -> Response:
        account = await asyncio.to_thread(self._accounts.check, login, password)
        if account is None:
            error = "Identifiant ou mot de passe inconnu."
            return self._pages.render(request, None, "sign_in.html", status=401, next=_own(next), error=error)
        key = await asyncio.to_thread(self._accounts.sign_in, account, self._clock())
        response = RedirectResponse(_own(next), 303)
        response.set_cookie(
            COOKIE, key, path="/console", httponly=True, samesite="lax", secure=self._is_secure
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        await asyncio.to_thread(self._accounts.sign_out, request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/console/sign-in", 303)
        response.delete_cookie(COOKIE, path="/console")
        return response


def _own(address: str) -> str:
    """An address within the console; anything else leads home."""
    return address if address.startswith("/console/") and "\\" not in address else HOME
