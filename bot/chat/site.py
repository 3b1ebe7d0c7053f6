"""The chat's files for browsers: the widget, its map, its demonstration page."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

BUILT = Path(__file__).parent / "built"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
_PAGES = {"": "index.html"}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes
    media_type: str
    etag: str


class Site:
    """Serves a folder that `make widget` built, read once. tiles_url: of the map, for the pages' policy."""

    def __init__(self, folder: Path, tiles_url: str) -> None:
        self._files = {path.name: _read(path) for path in sorted(folder.glob("*")) if path.suffix in _TYPES}
        self._policy = content_security_policy(tiles_url)
        self.router = APIRouter()
        self.router.add_api_route("/chat/{name:path}", self.get, methods=["GET"])

    async def get(self, name: str, request: Request) -> Response:
        """One file. The widget may be included by any site: who may open a chat is another matter."""
        file = self._files.get(_PAGES.get(name, name))
        if file is None:
            detail = "" if self._files else "the widget is not built: run `make widget`"
            raise HTTPException(404, detail or None)
        headers = {
            "ETag": file.etag,
            "Cache-Control": "public, max-age=300",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        if file.media_type == "text/html":
            headers |= {
                "Content-Security-Policy": self._policy,
                "Permissions-Policy": "camera=(), geolocation=(self), microphone=(self)",
                "X-Frame-Options": "DENY",
                "Cache-Control": "no-cache",
            }
        else:
            headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.media_type)
        return Response(file.body, headers=headers, media_type=file.media_type)


def content_security_policy(tiles_url: str) -> str:
    """The policy of our own pages: nothing but this server, and the map's tiles where there are some."""
    tiles = f" {origin}" if (origin := tiles_origin(tiles_url)) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data:{tiles}",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def tiles_origin(tiles_url: str) -> str:
    """Scheme and host of a tiles' address; `{s}` stands for any name before the domain."""
    scheme, separator, rest = tiles_url.partition("://")
    host = rest.split("/", 1)[0].replace("{s}", "*")
    return f"{scheme}://{host}" if separator and scheme in ("http", "https") else ""


def _read(path: Path) -> _File:
    body = path.read_bytes()
    return _File(
        body=body,
        packed=gzip.compress(body, mtime=0),
        media_type=_TYPES[path.suffix],
        etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
    )
