"""The places of the city for the chat's map, when it has no tiles: public data, the same for everybody."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.chat.places import Places


class PlaceRoutes:
    """`/chat/places.json`."""

    def __init__(self, places: Places) -> None:
        self._body = {"centre": places.centre, "places": places.landmarks}
        self.router = APIRouter()
        self.router.add_api_route("/chat/places.json", self.get, methods=["GET"])

    def get(self) -> JSONResponse:
        return JSONResponse(
            self._body, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
        )
