"""The first page after signing in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bot.console.door import Door, visit_of
from bot.console.pages import Pages
from bot.console.roles import Role


class HomeRoutes:
    """Where the menu leads from."""

    def __init__(self, door: Door, pages: Pages) -> None:
        self._pages = pages
        self.router = APIRouter(prefix="/console", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/", self.show, methods=["GET"])

    async def show(self, request: Request) -> Response:
        return self._pages.render(request, visit_of(request), "home.html")
