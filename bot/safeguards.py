"""What every answer of the public listener tells browsers, unless its route says something of its own."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A year, as browsers' lists ask for. Subdomains are the city's to decide on, in the web server before us.
STRICT_TRANSPORT = "max-age=31536000"
_USUAL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# For data: opened as a page of its own it may do nothing. Not for scripts, whose workers would inherit it.
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_DATA = ("application/json", "text/plain", "image/")


class Safeguards:
    """ASGI around a listener. is_secure: the world reaches it over TLS."""

    def __init__(self, app: ASGIApp, is_secure: bool) -> None:
        self._app = app
        self._headers = {**_USUAL, **({"Strict-Transport-Security": STRICT_TRANSPORT} if is_secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith(_DATA):
                    headers.setdefault("Content-Security-Policy", _DATA_POLICY)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception:
            # The listener writes it down; what the browser is told has its safeguards all the same.
            if not has_begun:
                await PlainTextResponse("Erreur interne.", 500)(scope, receive, guarded)
            raise
