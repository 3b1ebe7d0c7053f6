"""The hand-over API: what a person of the city needs to answer chats. JSON, `Authorization: Bearer`."""

from __future__ import annotations

import asyncio
import hmac
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from pydantic import BaseModel, StringConstraints

from bot.chat.door import address_of
from bot.chat.handover import HandOver, HandOverError
from bot.chat.limits import Limiter, Rate
from bot.chat.protocol import ClientId, Words
from bot.chat.session import view
from bot.store.chats import ChatStore

AgentName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^<>\x00-\x1f]+$")
]


class _As(BaseModel):
    agent: AgentName


class _Writing(_As):
    text: Words
    id: ClientId


class AgentRoutes:
    """token: what the people of the city show; "" lets nobody in."""

    def __init__(self, hand_over: HandOver, store: ChatStore, token: str) -> None:
        self._hand_over = hand_over
        self._store = store
        self._token = token
        self._wrong_keys = Limiter(Rate(burst=20, per_s=0.1))
        self.router = APIRouter(prefix="/chat/agents/api", dependencies=[Depends(self._authenticate)])
        self.router.add_api_route("/chats", self.chats, methods=["GET"])
        self.router.add_api_route("/chats/{session_id}/messages", self.messages, methods=["GET"])
        self.router.add_api_route("/chats/{session_id}/take", self.take, methods=["POST"], status_code=204)
        self.router.add_api_route(
            "/chats/{session_id}/messages", self.write, methods=["POST"], status_code=204
        )
        self.router.add_api_route("/chats/{session_id}/end", self.end, methods=["POST"], status_code=204)

    async def chats(self, response: Response) -> list[dict[str, Any]]:
        """Chats that wait for a person or have one, those that wait longest first."""
        response.headers["Cache-Control"] = "no-store"
        return [
            {
                "id": saved.id,
                "mode": saved.mode,
                "agent": saved.agent,
                "waiting_since": saved.waiting_since and saved.waiting_since.isoformat(),
            }
            for saved in await self._hand_over.chats()
        ]

    async def messages(self, session_id: str, response: Response, after: int = 0) -> list[dict[str, Any]]:
        """The log of a chat in which a person was asked for, from a number on."""
        response.headers["Cache-Control"] = "no-store"
        if session_id not in {saved.id for saved in await self._hand_over.chats()}:
            raise HTTPException(404)
        entries = await asyncio.to_thread(self._store.entries_after, session_id, after)
        return [view(entry) for entry in entries]

    async def take(self, session_id: str, body: _As) -> None:
        """Answer a chat under a name that the visitor sees."""
        await _or_status(self._hand_over.take(session_id, body.agent))

    async def write(self, session_id: str, body: _Writing) -> None:
        """Say something. id: chosen by the page; the same one is said once."""
        await _or_status(self._hand_over.write(session_id, body.agent, body.text, body.id))

    async def end(self, session_id: str, body: _As) -> None:
        """Give the chat back to the machine."""
        await _or_status(self._hand_over.end(session_id, body.agent))

    async def _authenticate(self, request: Request, authorization: Annotated[str, Header()] = "") -> None:
        offered = authorization.removeprefix("Bearer ")
        if self._token and hmac.compare_digest(offered.encode(), self._token.encode()):
            return
        if not self._wrong_keys.allows(address_of(request), time.monotonic()):
            raise HTTPException(429)
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


async def _or_status(work: Any) -> None:
    try:
        await work
    except HandOverError as error:
        raise HTTPException(error.status) from error
