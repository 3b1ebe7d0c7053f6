"""Serves the console's own scripts and styles, and the libraries that `make widget` fetched."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

STATIC = Path(__file__).parent / "static"
BUILT = Path(__file__).parent / "built"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


class Assets:
    """Files by name; names are listed once, so no path can lead elsewhere."""

    def __init__(self, *folders: Path) -> None:
        self._files = {
            path.name: path
            for folder in folders
            for path in sorted(folder.glob("*"))
            if path.suffix in _TYPES
        }
        self.router = APIRouter()
        self.router.add_api_route("/console/static/{name}", self.get, methods=["GET"])

    async def get(self, name: str) -> FileResponse:
        path = self._files.get(name)
        if path is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)
