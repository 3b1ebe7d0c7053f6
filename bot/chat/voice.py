"""The microphone of a browser: the same `/media` door as the phone, opened once by a token of a chat.

What is said goes to the chat's dialogue and into its log; while it is being said it is shown as captions.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from bot.call.commands import Command, Say
from bot.call.equipment import Equipment
from bot.call.events import CallerSpoke, EmergencyHeard, Event, HungUp, PartlyHeard
from bot.call.journal import Journal, Records, TurnRecord
from bot.call.runner import CallRunner
from bot.call.types import Reply
from bot.chat.door import Origins
from bot.chat.room import Room
from bot.chat.session import Author, Content
from bot.media.gateway import POLICY_VIOLATION, START_TIMEOUT_S, UNSUPPORTED_DATA, carry, read_start
from bot.media.line import SocketLine
from bot.observe.watch import Watch
from wire import media

log = structlog.get_logger()

TOKEN_LIVES_S = 30.0
TOKEN_PREFIX = "token."


class VoiceTokens:
    """One-use tokens, each for the microphone of one chat. Pure: the time is an argument."""

    def __init__(self) -> None:
        self._rooms: dict[str, tuple[Room, float]] = {}

    def issue(self, room: Room, now_s: float) -> str:
        """Make a token; the chat's earlier ones are void."""
        self._rooms = {
            token: (other, end_s)
            for token, (other, end_s) in self._rooms.items()
            if other is not room and end_s > now_s
        }
        token = secrets.token_urlsafe(24)
        self._rooms[token] = (room, now_s + TOKEN_LIVES_S)
        return token

    def take(self, token: str, now_s: float) -> Room | None:
        """The chat that a token opens, once; None for one that is unknown, used or too old."""
        room, end_s = self._rooms.pop(token, (None, 0.0))
        return room if end_s > now_s else None


class VoiceDoor:
    """`/media` for browsers, on the public listener. max_calls: how many may speak at once.

    watch: counts and traces what is spoken.
    """

    def __init__(
        self,
        equipment: Equipment,
        origins: Origins,
        max_calls: int,
        clock_s: Callable[[], float] = time.monotonic,
        watch: Watch | None = None,
    ) -> None:
        self._watch = watch or Watch()
        self._equipment = equipment
        self._origins = origins
        self._max_calls = max_calls
        self._clock_s = clock_s
        self._tokens = VoiceTokens()
        self._n_calls = 0
        self.router = APIRouter()
        self.router.add_api_websocket_route("/media", self.serve)

    def new_token(self, room: Room) -> str:
        """A token for a chat's microphone; "" while too many speak, or this chat already does."""
        if self._n_calls >= self._max_calls or room.is_voice_open:
            return ""
        return self._tokens.issue(room, self._clock_s())

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection, which is one call."""
        room = self._room_for(socket)
        if room is None or room.is_voice_open or self._n_calls >= self._max_calls:
            await socket.close(POLICY_VIOLATION)
            return
        await socket.accept(subprotocol=media.SUBPROTOCOL)
        room.is_voice_open = True
        self._n_calls += 1
        try:
            # What a browser says of itself is not believed: no number, and the chat's own conversation.
            await asyncio.wait_for(read_start(socket), START_TIMEOUT_S)
            with structlog.contextvars.bound_contextvars(call_id=room.id), self._watch.calls.call("browser"):
                await self._run_call(socket, room)
        except (TimeoutError, media.WireError) as error:
            log.warning("voice_not_started", error=type(error).__name__)
            await socket.close(UNSUPPORTED_DATA)
        except WebSocketDisconnect:
            log.debug("voice_left_at_once")
        finally:
            room.is_voice_open, room.end_voice = False, lambda: None
            self._n_calls -= 1

    def _room_for(self, socket: WebSocket) -> Room | None:
        # A browser can set no header on a WebSocket, and an address is logged: so a second subprotocol.
        offered = socket.scope["subprotocols"]
        tokens = [each.removeprefix(TOKEN_PREFIX) for each in offered if each.startswith(TOKEN_PREFIX)]
        if media.SUBPROTOCOL not in offered or len(tokens) != 1 or not self._origins.allows(socket):
            return None
        return self._tokens.take(tokens[0], self._clock_s())

    async def _run_call(self, socket: WebSocket, room: Room) -> None:
        log.info("voice_opened")
        edition = room.services.editions.current
        # A browser has no keys to rate a call with.
        script = replace(edition.script_at(room.services.clock()), rating="")
        equipment = replace(
            self._equipment,
            dialogue=_RoomDialogue(room),
            transfer_targets={},
            script=script,
            find_emergency=edition.notices.find,
        )
        line = SocketLine(socket)
        records = self._watch.records(_VoiceRecords(room), "browser", room.services.clock())
        runner = CallRunner(room.id, "", line, equipment, CaptionJournal(room, records))
        room.end_voice = partial(runner.tell, HungUp("bot"))
        await carry(socket, line, runner)
        log.info("voice_closed")


class _RoomDialogue:
    """The chat's dialogue, spoken to: what was typed before is known."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def ask(self, sender_id: str, text: str, caller: str, unheard: str = "") -> Reply:
        """See `bot.call.protocols.Dialogue`."""
        return await self._room.ask_aloud(text)

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        """Closing the microphone is not leaving: the conversation goes on in writing."""


class _VoiceRecords:
    """The turns of a spoken part, in the record of its chat. offset_ms: when it began in the chat."""

    def __init__(self, room: Room) -> None:
        self._room = room
        began = room.services.clock() - room.log.saved.created_at
        self._offset_ms = round(began.total_seconds() * 1000)

    def add_turn(self, call_id: str, turn: TurnRecord) -> None:
        """See `bot.call.journal.Records`."""
        moved = replace(turn, start_ms=turn.start_ms + self._offset_ms, end_ms=turn.end_ms + self._offset_ms)
        self._room.services.records.add_turn(call_id, moved)

    def flag_emergency(self, call_id: str, kind: str) -> None:
        self._room.services.records.flag_emergency(call_id, kind)

    def rate(self, call_id: str, is_satisfied: bool) -> None:
        self._room.services.records.rate(call_id, is_satisfied)

    def note_service(self, call_id: str, service: str) -> None:
        self._room.services.records.note_service(call_id, service)

    def note_transfer(self, call_id: str) -> None:
        self._room.services.records.note_transfer(call_id)

    def close(self, call_id: str, outcome: str, ended_ms: int) -> None:
        """The end of the microphone is not the end of the chat."""


class CaptionJournal(Journal):
    """A call's journal that also shows the call in its chat."""

    def __init__(self, room: Room, records: Records) -> None:
        super().__init__(room.id, records)
        self._room = room
        self._notice = ""

    def saw(self, event: Event, now_ms: int) -> None:
        match event:
            case PartlyHeard(utterance=utterance) if utterance.text:
                self._room.log.tell({"event": "caption", "text": utterance.text})
            case CallerSpoke(utterance=utterance) if utterance.text:
                self._show(Author.VISITOR, Content(utterance.text))
            case EmergencyHeard(kind=kind, notice=notice):
                self._notice = notice
                self._room.live.warned(kind)
        super().saw(event, now_ms)

    def did(self, command: Command, now_ms: int) -> None:
        if isinstance(command, Say):
            self._show(Author.BOT, self._room.spoken(command.text, is_alert=command.text == self._notice))
        super().did(command, now_ms)

    def _show(self, author: Author, content: Content) -> None:
        self._room.do(partial(self._room.show, author, content))
