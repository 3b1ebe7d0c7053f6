"""The HTTP listeners of the bot: one that the world may reach, one for its own processes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Response

Health = Callable[[], Awaitable[dict[str, Any]]]
Drain = Callable[[], Awaitable[None]]


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


async def serve(
    *listeners: tuple[FastAPI, str, int], drain: Drain, on_hand_over: Callable[[], None] = lambda: None
) -> None:
    """Serve apps until SIGTERM or SIGINT. listeners: app, address, port.

    drain: called then; returns when what is in progress has ended. A second signal does not wait for it.
    SIGHUP says that the next process listens at the same ports already: it takes all new connections, and
    `on_hand_over` is called.
    """
    servers = [_Server(uvicorn.Config(app, host, port, **OPTIONS)) for app, host, port in listeners]
    is_told = asyncio.Event()
    is_hurried = asyncio.Event()

    def stop() -> None:
        (is_hurried if is_told.is_set() else is_told).set()

    def hand_over() -> None:
        for server in servers:
            server.refuse()
        on_hand_over()
        is_told.set()

    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    loop.add_signal_handler(signal.SIGHUP, hand_over)
    sockets = [_listen(host, port) for _, host, port in listeners]
    async with asyncio.TaskGroup() as group:
        for server, listening in zip(servers, sockets, strict=True):
            group.create_task(server.serve([listening]))
        await is_told.wait()
        await _first_of(drain(), is_hurried.wait())
        for server in servers:
            server.should_exit = True


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

    def refuse(self) -> None:
        """Accept no more connections; those that are open stay."""
        for server in self.servers:
            server.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket at a port that the process which follows this one may open as well."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


async def _first_of(*work: Any) -> None:
    """Wait until one of these is done; the others are cancelled. Raises what it raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
