"""Photos that came with requests, given back as the pictures that we drew of them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from integrations.backend.context import Context

# Whatever a browser thinks of a file, it may only show it, and as what we say it is.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=86400",
}


def photos_router(context: Context) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.get("/photos/{name}")
    def get_photo(name: str) -> Response:
        return Response(context.photos.read(name), media_type="image/jpeg", headers=HEADERS)

    return router
