"""The HTTP listeners of the bot: one that the world may reach, one for its own processes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Response

Health = Callable[[], Awaitable[dict[str, Any]]]


def public_app(health: Health, *routers: APIRouter) -> FastAPI:
    """Return what the world may reach. health: says `status` "ok" only when a call would be answered."""
    app = FastAPI(title="callbot", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz(response: Response) -> dict[str, Any]:
        state = await health()
        response.status_code = 200 if state["status"] == "ok" else 503
        return state

    for router in routers:
        app.include_router(router)
    return app


async def serve(*listeners: tuple[FastAPI, str, int]) -> None:
    """Serve apps until SIGTERM or SIGINT. listeners: app, address, port."""
    servers = [_Server(uvicorn.Config(app, host, port, **OPTIONS)) for app, host, port in listeners]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    async with asyncio.TaskGroup() as group:
        for server in servers:
            group.create_task(server.serve())


OPTIONS: dict[str, Any] = {
    "log_config": None,  # ours
    "access_log": False,  # addresses of citizens
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,
    "ws_max_size": 1 << 20,
    "timeout_graceful_shutdown": 5,
}


class _Server(uvicorn.Server):
    """Several servers share one process, so signals are handled once, by `serve`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
