"""Puts the console together: the only place that names its routes and stores."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from bot.console.assets import BUILT, STATIC, Assets
from bot.console.door import Door, NotSignedInError
from bot.console.pages import Entry, Pages
from bot.console.routes_home import HomeRoutes
from bot.console.routes_live import Following, LiveRoutes
from bot.console.routes_sign_in import SignInRoutes
from bot.settings import Settings
from bot.store.accounts import AccountStore
from integrations.city import City

MENU: tuple[Entry, ...] = (Entry("Accueil", "/console/"),)
LIVE = Entry("En direct", "/console/live/", count="/console/live/count")


@dataclass(frozen=True, slots=True)
class Console:
    """The console's doors for the public listener, and what must run behind them."""

    routers: tuple[APIRouter, ...]

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return ()

    def install(self, app: FastAPI) -> None:
        """Add to a listener what is not a route: where browsers go that are not signed in."""
        app.add_exception_handler(NotSignedInError, _to_sign_in)


def build_console(
    settings: Settings, city: City, database: Engine, following: Following | None = None
) -> Console:
    """database: of the conversations, migrated. following: those in progress; None: no page of them."""
    accounts = AccountStore(database)
    door = Door(accounts, _now)
    menu = (*MENU, LIVE) if following else MENU
    pages = Pages(city.info.name, city.timezone, menu)
    is_secure = settings.public_address.startswith("https://")
    return Console(
        (
            Assets(STATIC, BUILT).router,
            SignInRoutes(door, pages, accounts, _now, is_secure=is_secure).router,
            HomeRoutes(door, pages).router,
            *((LiveRoutes(door, pages, following, settings.public_address).router,) if following else ()),
        )
    )


def _now() -> datetime:
    return datetime.now(UTC)


async def _to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedInError)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": error.sign_in_address})
    return RedirectResponse(error.sign_in_address, 303)
