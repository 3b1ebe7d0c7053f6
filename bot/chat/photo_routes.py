"""Takes visitors' photos over HTTP, and serves them as pictures only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from bot.chat.door import Origins, address_of
from bot.chat.photos import MAX_UPLOAD_BYTES, PhotoError, reencode
from bot.chat.rooms import Rooms

# Decoding a large picture takes a few hundred megabytes.
AT_ONCE = 2
SERVED_WITH = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",
}


class PhotoRoutes:
    """`/chat/photos`: the chat's secret is the right to send one; its unguessable name to see one."""

    def __init__(self, rooms: Rooms, origins: Origins, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._rooms = rooms
        self._origins = origins
        self._clock_s = clock_s
        self._decoding = asyncio.Semaphore(AT_ONCE)
        self.router = APIRouter()
        self.router.add_api_route("/chat/photos", self.preflight, methods=["OPTIONS"])
        self.router.add_api_route("/chat/photos", self.post, methods=["POST"])
        self.router.add_api_route("/chat/photos/{name}", self.get, methods=["GET"])

    async def preflight(self, request: Request) -> Response:
        """Answer a browser that asks whether a page of another site may send photos."""
        return Response(status_code=204, headers=self._for_page(request))

    async def post(self, request: Request) -> Response:
        """Keep the photo in the body and return its name; a refusal has a `code`."""
        headers = self._for_page(request)
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        room = await self._rooms.find(key) if key else None
        if room is None:
            return _refused(401, "unknown", headers)
        limits, now_s = self._rooms.services.limits, self._clock_s()
        if not limits.photos_of_session.allows(room.id, now_s) or not limits.photos_of_address.allows(
            address_of(request), now_s
        ):
            return _refused(429, "too_fast", headers)
        try:
            async with self._decoding:
                jpeg = await asyncio.to_thread(reencode, await _body(request))
        except PhotoError as error:
            return _refused(413 if error.code == "too_big" else 415, error.code, headers)
        name = await asyncio.to_thread(self._rooms.services.photos.keep, jpeg)
        await asyncio.to_thread(
            self._rooms.services.store.add_photo, name, room.id, self._rooms.services.clock()
        )
        return JSONResponse({"photo": name}, 201, headers)

    async def get(self, name: str) -> Response:
        path = await asyncio.to_thread(self._rooms.services.photos.path, name)
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, media_type="image/jpeg", headers=SERVED_WITH)

    def _for_page(self, request: Request) -> dict[str, str]:
        """Headers that let the asking page read the answer. Raises HTTPException for other sites."""
        if not self._origins.allows(request):
            raise HTTPException(403)
        return {
            "Access-Control-Allow-Origin": request.headers["origin"],
            "Access-Control-Allow-Headers": "authorization, content-type",
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Max-Age": "600",
            "Vary": "Origin",
        }


def _refused(status: int, code: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"code": code}, status, headers)


async def _body(request: Request) -> bytes:
    """Read the body and stop at the limit, whatever length was announced. Raises PhotoError."""
    parts, n_bytes = [], 0
    async for part in request.stream():
        n_bytes += len(part)
        if n_bytes > MAX_UPLOAD_BYTES:
            raise PhotoError("too_big")
        parts.append(part)
    return b"".join(parts)
