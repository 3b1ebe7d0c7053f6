"""The `/chat` WebSocket: one connection per browser tab, several tabs may share a chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError

from bot.chat import protocol
from bot.chat.door import Origins, address_of
from bot.chat.requests import Requests
from bot.chat.room import Room
from bot.chat.rooms import Rooms

log = structlog.get_logger()

POLICY_VIOLATION = 1008
UNSUPPORTED_DATA = 1003
TRY_AGAIN_LATER = 1013
HELLO_TIMEOUT_S = 10.0
MAX_QUEUED = 500


class SocketPeer:
    """One tab's connection: sending queues, one task writes."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._outgoing: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()

    def send(self, event: Mapping[str, Any]) -> None:
        # A tab that no longer reads is cut off; it comes back and is told what it missed.
        if self._outgoing.qsize() >= MAX_QUEUED:
            self.close()
        else:
            self._outgoing.put_nowait(event)

    def close(self) -> None:
        self._outgoing.put_nowait(None)

    async def run(self) -> None:
        """Write what is queued until told to close."""
        while (event := await self._outgoing.get()) is not None:
            await self._socket.send_text(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class WidgetSettings:
    """What the widget is told of this installation. tiles_url: "" for a map without tiles."""

    tiles_url: str = ""
    tiles_attribution: str = ""
    has_voice: bool = False


class ChatGateway:
    """The door of chats."""

    def __init__(self, rooms: Rooms, requests: Requests, origins: Origins, settings: WidgetSettings) -> None:
        self._rooms = rooms
        self._requests = requests
        self._origins = origins
        self._settings = settings
        self.router = APIRouter()
        self.router.add_api_websocket_route("/chat", self.serve)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection."""
        if not self._origins.allows(socket):
            await socket.close(POLICY_VIOLATION)
            return
        await socket.accept()
        try:
            hello = protocol.read_hello(await asyncio.wait_for(_text(socket), HELLO_TIMEOUT_S))
            await self._welcome(socket, hello)
        except (TimeoutError, protocol.ProtocolError) as error:
            log.info("chat_broke_protocol", error=str(error) or "too slow")
            await _close(socket, UNSUPPORTED_DATA)
        except SQLAlchemyError as error:
            log.error("chat_not_opened", error=type(error).__name__)
            await _close(socket, TRY_AGAIN_LATER)
        except WebSocketDisconnect:
            log.debug("chat_left")

    async def _welcome(self, socket: WebSocket, hello: protocol.Hello) -> None:
        room, key, last_seq = await self._rooms.find(hello.session) if hello.session else None, "", 0
        if room is None:
            if not self._requests.may_open(address_of(socket)):
                await _close(socket, TRY_AGAIN_LATER)
                return
            room, key = await self._rooms.open()
        else:
            key, last_seq = hello.session, hello.last_seq
        await self._converse(socket, room, key, last_seq)

    async def _converse(self, socket: WebSocket, room: Room, key: str, last_seq: int) -> None:
        peer = SocketPeer(socket)
        if not await room.log.join(peer, last_seq, self._welcoming(room, key, is_resumed=last_seq > 0)):
            await _close(socket, TRY_AGAIN_LATER)
            return
        writer = asyncio.create_task(peer.run())
        reader = asyncio.create_task(self._read(socket, peer, room))
        try:
            await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
        finally:
            room.log.leave(peer)
            for task in (writer, reader):
                task.cancel()
            results = await asyncio.gather(writer, reader, return_exceptions=True)
        for error in results:
            if isinstance(error, protocol.ProtocolError | SQLAlchemyError):
                raise error
        await _close(socket, 1000)

    async def _read(self, socket: WebSocket, peer: SocketPeer, room: Room) -> None:
        address = address_of(socket)
        while True:
            request = protocol.read_request(await _text(socket))
            if isinstance(request, protocol.Erase):
                await self._rooms.erase(room)
                return
            await self._requests.handle(request, room, peer, address)

    def _welcoming(self, room: Room, key: str, *, is_resumed: bool) -> dict[str, Any]:
        wording = self._rooms.services.wording
        return {
            "event": "welcome",
            "session": key,
            "resumed": is_resumed,
            "last_seq": room.log.saved.last_seq,
            "mode": room.mode,
            "agent": room.log.saved.agent,
            "title": wording.title,
            "privacy_url": wording.privacy.url,
            "banner": self._rooms.banner(),
            "voice": self._settings.has_voice,
            "tiles": {"url": self._settings.tiles_url, "attribution": self._settings.tiles_attribution},
        }


async def _text(socket: WebSocket) -> str:
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1000))
    text = received.get("text")
    if text is None:
        raise protocol.ProtocolError("binary")
    return str(text)


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect):
        log.debug("chat_socket_already_closed")
