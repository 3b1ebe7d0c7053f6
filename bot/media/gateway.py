"""Accepts calls on the `/media` WebSocket (wire/media.py) and runs each to its end."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from bot.call.equipment import Equipment
from bot.call.events import DtmfPressed, HungUp, MediaBack, MediaLost, TransferEnded
from bot.call.runner import CallRunner
from bot.live.board import LiveBoard
from bot.live.calls import LiveJournal, live_call
from bot.media.line import SocketLine
from bot.observe.watch import Watch
from bot.steering.editions import Edition, Editions
from bot.store.conversations import ConversationStore
from bot.store.models import Conversation
from bot.store.recordings import CallRecorder, RecordedLine, Recordings
from wire import media

log = structlog.get_logger()

POLICY_VIOLATION = 1008
UNSUPPORTED_DATA = 1003
TRY_AGAIN_LATER = 1013
START_TIMEOUT_S = 5.0


class MediaGateway:
    """The door of calls; each is bound to what the city steers as it stands at its start.

    token: what the audio peer must show; "" lets nobody in. live: shows the calls. recordings: where calls
    are recorded, None when they are not. watch: counts and traces the calls.
    is_closed: whether new calls are refused, since this process is about to end.
    """

    def __init__(
        self,
        equipment: Equipment,
        editions: Editions,
        store: ConversationStore,
        token: str,
        live: LiveBoard,
        recordings: Recordings | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._equipment = equipment
        self._watch = watch or Watch()
        self._editions = editions
        self._recordings = recordings
        self._store = store
        self._token = token
        self._n_calls = 0
        self.is_closed = False
        self._is_quiet = asyncio.Event()
        self._is_quiet.set()
        self._live = live
        self.router = APIRouter()
        self.router.add_api_websocket_route("/media", self.serve)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection, which is one call."""
        if self.is_closed or not self._may_enter(socket):
            self._watch.calls.refused("closed" if self.is_closed else "not_allowed")
            await socket.close(TRY_AGAIN_LATER if self.is_closed else POLICY_VIOLATION)
            return
        await socket.accept(subprotocol=media.SUBPROTOCOL)
        try:
            start = await asyncio.wait_for(read_start(socket), START_TIMEOUT_S)
        except (TimeoutError, media.WireError) as error:
            log.warning("call_not_started", error=type(error).__name__)
            self._watch.calls.refused("no_start")
            await _close(socket, UNSUPPORTED_DATA)
            return
        self._n_calls += 1
        self._is_quiet.clear()
        try:
            with (
                structlog.contextvars.bound_contextvars(call_id=start.call_id),
                self._watch.calls.call(start.channel),
            ):
                await self._run_call(socket, start)
        finally:
            self._n_calls -= 1
            if not self._n_calls:
                self._is_quiet.set()

    async def drain(self) -> None:
        """Refuse new calls; return once none is up."""
        self.is_closed = True
        await self._is_quiet.wait()

    def _may_enter(self, socket: WebSocket) -> bool:
        offered = socket.headers.get("authorization", "").removeprefix("Bearer ")
        is_known = bool(self._token) and hmac.compare_digest(offered.encode(), self._token.encode())
        return is_known and media.SUBPROTOCOL in socket.scope["subprotocols"]

    async def _run_call(self, socket: WebSocket, start: media.Start) -> None:
        now = datetime.now(UTC)
        with self._editions.bound(start.call_id) as edition:
            equipment = replace(
                self._equipment,
                script=edition.script_at(now),
                find_emergency=edition.notices.find,
                is_passed_on=self._is_passed_on(start, edition, now),
            )
            log.info("call_answered", channel=start.channel, steering=edition.id)
            self._store.open(
                Conversation(
                    id=start.call_id,
                    channel=start.channel,
                    caller=start.caller,
                    callee=start.callee,
                    started_at=now,
                    outcome="",
                    recognizer=equipment.recognizer.name,
                    synthesizer=equipment.synthesizer.name,
                    steering=edition.id,
                )
            )
            line = SocketLine(socket)
            journal = LiveJournal(
                start.call_id, self._watch.records(self._store, start.channel, now), self._live
            )
            # Who is passed on is not told of a recording, so there is none.
            recordings = None if equipment.is_passed_on else self._recordings
            async with _recorded(recordings, start.call_id) as recorder:
                heard = line if recorder is None else RecordedLine(line, recorder)
                runner = CallRunner(start.call_id, start.caller, heard, equipment, journal, recorder)
                self._live.open(live_call(start.call_id, start.caller, now), runner.tell)
                try:
                    await carry(socket, line, runner)
                finally:
                    self._live.close(start.call_id)
        log.info("call_ended")

    def _is_passed_on(self, start: media.Start, edition: Edition, now: datetime) -> bool:
        """Whether the city wants this call to go to the fallback line; not where there is none."""
        has_fallback = "" in self._equipment.transfer_targets
        return has_fallback and start.channel == "phone" and not edition.takes(start.call_id, now)


@asynccontextmanager
async def _recorded(recordings: Recordings | None, call_id: str) -> AsyncIterator[CallRecorder | None]:
    """Record a call until the end of the block, if calls are recorded."""
    if recordings is None:
        yield None
        return
    recorder = CallRecorder(recordings, call_id)
    writing = asyncio.create_task(recorder.run())
    try:
        yield recorder
    finally:
        recorder.close()
        await writing


async def carry(socket: WebSocket, line: SocketLine, runner: CallRunner) -> None:
    """Join a socket with its call until the call is over."""
    writer = asyncio.create_task(line.run())
    reader = asyncio.create_task(_read(socket, runner))
    try:
        await runner.run()
    finally:
        for task in (writer, reader):
            task.cancel()
        await asyncio.gather(writer, reader, return_exceptions=True)
        await _close(socket, 1000)


async def read_start(socket: WebSocket) -> media.Start:
    """Read the first message of a connection. Raises WireError when it is no `start`."""
    text = (await socket.receive()).get("text")
    if text is None:
        raise media.WireError("the first message must be text")
    message = media.decode(text)
    if not isinstance(message, media.Start):
        raise media.WireError("the first message must be `start`")
    return message


async def _read(socket: WebSocket, runner: CallRunner) -> None:
    """Hand over what the line says until it ends; an ended line is a hang-up, whatever ended it."""
    try:
        while True:
            received = await socket.receive()
            if received["type"] == "websocket.disconnect":
                break
            pcm = received.get("bytes")
            if pcm is None:
                _pass_on(media.decode(received["text"]), runner)
            elif len(pcm) % 2:
                raise media.WireError("half a sample")
            else:
                runner.hear(pcm)
    except media.WireError as error:
        log.warning("call_broke_protocol", error=str(error))
    finally:
        runner.tell(HungUp("line"))


def _pass_on(message: media.Message, runner: CallRunner) -> None:
    match message:
        case media.Played(mark=mark):
            runner.played(mark)
        case media.Dtmf(digit=digit):
            runner.tell(DtmfPressed(digit))
        case media.Media(state="absent"):
            runner.tell(MediaLost())
        case media.Media(state="flowing"):
            runner.tell(MediaBack())
        case media.TransferStatus(status="accepted" | "refused" | "busy" | "no_answer" | "failed" as outcome):
            runner.tell(TransferEnded(outcome))
        case media.Hangup():
            runner.tell(HungUp("caller"))


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect):
        log.debug("media_socket_already_closed")
