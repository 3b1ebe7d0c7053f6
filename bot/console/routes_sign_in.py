"""Signing in and out, and what was being done when a session ended."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.chat.door import address_of
from bot.console.browser import DEVICE_COOKIE, Browsers
from bot.console.door import HOME, Door, own_address, visit_of
from bot.console.guard import Guard
from bot.console.pages import Pages
from bot.console.roles import Role


class SignInRoutes:
    """directory_name: of the city's own sign-in, "" when there is none."""

    def __init__(
        self, door: Door, pages: Pages, guard: Guard, browsers: Browsers, directory_name: str = ""
    ) -> None:
        self._pages = pages
        self._guard = guard
        self._browsers = browsers
        self._directory_name = directory_name
        self.router = APIRouter(prefix="/console")
        self.router.add_api_route("/sign-in", self.show, methods=["GET"])
        self.router.add_api_route("/sign-in", self.sign_in, methods=["POST"])
        signed_in = [door.needs(Role.AGENT)]
        self.router.add_api_route("/sign-out", self.sign_out, methods=["POST"], dependencies=signed_in)
        self.router.add_api_route("/session", self.session, methods=["GET"], dependencies=signed_in)
        self.router.add_api_route("/signed-in", self.signed_in, methods=["GET"], dependencies=signed_in)

    async def show(self, request: Request, next: str = HOME) -> Response:
        return self._page(request, next)

    async def sign_in(
        self,
        request: Request,
        login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = HOME,
    ) -> Response:
        if not _is_ours(request):
            raise HTTPException(403, "Connectez-vous depuis la page de la console.")
        device = request.cookies.get(DEVICE_COOKIE, "")
        checked = await self._guard.check(login.strip()[:64], password, address_of(request), device)
        if checked.account is None:
            return self._page(request, next, login, checked.wait, is_refused=True)
        response = RedirectResponse(own_address(next), 303)
        await self._browsers.begin(request, response, checked.account, "mot de passe")
        await self._browsers.know(request, response, checked.account)
        return response

    async def sign_out(self, request: Request) -> Response:
        response = RedirectResponse("/console/sign-in", 303)
        await self._browsers.end(request, response)
        return response

    async def session(self, request: Request) -> dict[str, str]:
        """Who is signed in, for pages that stayed open; they send the token that they then get."""
        visit = visit_of(request)
        return {"login": visit.account.login, "csrf": visit.csrf}

    async def signed_in(self, request: Request) -> Response:
        """Where one lands who signed in beside a page that stayed open."""
        return self._pages.render(request, visit_of(request), "signed_in.html")

    def _page(
        self,
        request: Request,
        next: str,
        login: str = "",
        wait: timedelta = timedelta(),
        *,
        is_refused: bool = False,
    ) -> Response:
        error = ""
        if wait:
            error = f"Trop d'essais. Réessayez dans {_spoken(wait)}."
        elif is_refused:
            error = "Identifiant ou mot de passe inconnu."
        response = self._pages.render(
            request,
            None,
            "sign_in.html",
            status=429 if wait else 401 if is_refused else 200,
            next=own_address(next),
            login=login,
            error=error,
            directory_name=self._directory_name,
        )
        if wait:
            response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
        return response


def _spoken(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        return f"{seconds} seconde{'s' if seconds > 1 else ''}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def _is_ours(request: Request) -> bool:
    """Whether a form was sent from our own page: another site could sign a browser in to its own account."""
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")
