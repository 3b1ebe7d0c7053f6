"""What holds for all that the console answers: the browser's safeguards, and how much may be sent."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/console"
MAX_BODY_BYTES = 8 * 1024 * 1024


def safeguards(tiles_origin: str = "") -> dict[str, str]:
    """Headers of every answer. tiles_origin: where the pictures of maps come from, "" for nowhere else."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' blob: data: {tiles_origin}".strip(),
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        # With "no-referrer" browsers would not say either where a form comes from.
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


class _TooLargeError(Exception):
    pass


class Shell:
    """ASGI around a listener; leaves alone what is not the console's."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and (scope["path"] + "/").startswith(PREFIX + "/")
        if not is_ours:
            await self._app(scope, receive, send)
            return
        has_begun = False
        n_bytes = 0

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        async def limited() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > MAX_BODY_BYTES:
                raise _TooLargeError
            return message

        try:
            await self._app(scope, limited, guarded)
        except _TooLargeError:
            if not has_begun:
                await PlainTextResponse("Trop long.", 413)(scope, receive, guarded)
        except Exception:
            # The listener writes it down; what the browser is told has its safeguards all the same.
            if not has_begun:
                await PlainTextResponse("Erreur interne.", 500)(scope, receive, guarded)
            raise
