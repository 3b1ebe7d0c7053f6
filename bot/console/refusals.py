"""What a browser is shown instead of a page: where to sign in, or why it may not."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException as AnyHttpException

from bot.console.door import Door, NotSignedInError
from bot.console.pages import Pages
from bot.console.shell import PREFIX

TITLES = {
    403: "Accès refusé",
    404: "Page introuvable",
    405: "Page introuvable",
    409: "Modifié entre-temps",
    413: "Trop long",
}


class Refusals:
    """Answers for the console's routes; those of other routes stay as they are."""

    def __init__(self, door: Door, pages: Pages) -> None:
        self._door = door
        self._pages = pages

    def install(self, app: FastAPI) -> None:
        app.add_exception_handler(NotSignedInError, self.to_sign_in)
        app.add_exception_handler(AnyHttpException, self.refused)

    async def to_sign_in(self, request: Request, error: Exception) -> Response:
        """Lead a browser to the sign-in page; tell a script, which has a page open, that it must sign in."""
        assert isinstance(error, NotSignedInError)
        if _is_page(request):
            return RedirectResponse(error.sign_in_address, 303)
        content = {"detail": "Votre session est terminée.", "sign_in": error.sign_in_address}
        return JSONResponse(content, 401, {"WWW-Authenticate": "Session"})

    async def refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, AnyHttpException)
        if not request.url.path.startswith(PREFIX) or not _is_page(request):
            return await http_exception_handler(request, error)
        visit = await self._door.visit(request)
        title = TITLES.get(error.status_code, "Impossible")
        # Starlette's own words are English; ours come with a reason.
        detail = str(error.detail) if isinstance(error, HTTPException) else ""
        return self._pages.render(
            request, visit, "refused.html", status=error.status_code, title=title, detail=detail
        )


def _is_page(request: Request) -> bool:
    """Whether a browser asks for a whole page, not a script for a part or for data."""
    if "hx-request" in request.headers:
        return False
    mode = request.headers.get("sec-fetch-mode", "")
    if mode:
        return mode == "navigate"
    return "application/json" not in request.headers.get("accept", "")
