"""Sends conversations in progress to a browser as they go on: server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import StreamingResponse

from bot.chat.door import origin_of
from bot.console.captions import Captions
from bot.console.door import Door, visit_of
from bot.console.masking import Masking
from bot.console.roles import Role
from bot.live.types import LiveConversations, Subscription

# Often enough for "is somebody there", and for proxies to keep the connection.
BEAT_S = 15.0
# Hypotheses change several times a second: more than this nobody reads.
LEAST_PAUSE_S = 0.15
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


class LiveStream:
    """note_presence: told again and again who follows. own: our address, where pages come from."""

    def __init__(
        self,
        door: Door,
        live: LiveConversations,
        masking: Masking,
        note_presence: Callable[[str], Awaitable[None]],
        own: str,
    ) -> None:
        self._door = door
        self._live = live
        self._masking = masking
        self._note_presence = note_presence
        self._own = origin_of(own)

    async def serve(self, request: Request) -> StreamingResponse:
        """Stream until the browser leaves or is signed out."""
        self._check_page(request)
        return StreamingResponse(self._events(request), media_type="text/event-stream", headers=HEADERS)

    def _check_page(self, request: Request) -> None:
        """The cookie alone does not tell whose page asks. Browsers leave `Origin` out on their own site."""
        origin = request.headers.get("origin", "")
        is_foreign = request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
        if is_foreign or (origin and origin_of(origin) not in (self._own, origin_of(str(request.base_url)))):
            raise HTTPException(403, "Cette page n'est pas celle de la console.")

    async def _events(self, request: Request) -> AsyncIterator[str]:
        account = visit_of(request).account
        login = account.login
        await self._note_presence(login)
        follower = self._live.subscribe()
        captions = Captions(self._masking, account, follower)
        loop = asyncio.get_running_loop()
        beat_at_s = loop.time() + BEAT_S
        yield _event("hello", {"login": login, "ids": [live.id for live in self._live.current()]})
        try:
            while True:
                for news in await _news_until(follower, beat_at_s):
                    told = await captions.shown(news)
                    if told is not None:
                        yield _event("news", told)
                if loop.time() >= beat_at_s:
                    # Whoever was signed out meanwhile, or may no longer come here, is not told anything more.
                    visit = await self._door.visit(request)
                    if visit is None or not visit.account.role.may(Role.AGENT):
                        yield _event("signed_out", {})
                        return
                    await self._note_presence(login)
                    yield ": still here\n\n"
                    beat_at_s = loop.time() + BEAT_S
                await asyncio.sleep(LEAST_PAUSE_S)
        finally:
            follower.close()


async def _news_until(follower: Subscription, until_s: float) -> list[Any]:
    try:
        async with asyncio.timeout_at(until_s):
            return list(await follower.next())
    except TimeoutError:
        return []


def _event(name: str, data: Mapping[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
