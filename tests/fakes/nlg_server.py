"""The bot's own NLG endpoint, served alone, that remembers which sentences each conversation was told."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI, Request, Response

from bot.dialogue.nlg import nlg_router
from integrations.messages import MessageCatalogue


@dataclass
class SaidNames:
    """Names of the sentences that were asked for, by conversation."""

    by_sender: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def take(self, sender: str) -> list[str]:
        """Return the names since the last call."""
        return self.by_sender.pop(sender, [])


def nlg_app(catalogue: MessageCatalogue, said: SaidNames) -> FastAPI:
    """Return the endpoint as the bot serves it, with an ear on it."""
    app = FastAPI()

    @app.middleware("http")
    async def listen(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        body = json.loads(await request.body())
        said.by_sender[body["tracker"]["sender_id"]].append(body["response"])
        return await answer(request)

    app.include_router(nlg_router(lambda sender_id: catalogue))
    return app


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[str]:
    """Serve an app on loopback from another thread; gives its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
