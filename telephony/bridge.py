"""One call's task: what the line says goes to the bot, what the bot says goes to the line.

The bot going away never leaves the other side in silence: `when_lost` then takes the call over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from telephony.attended import Exchange
from telephony.door import Door, DoorShutError
from telephony.events import Answered, Ended, LineEvent, MediaChanged, Pressed, TransferProgress
from telephony.line import Line
from telephony.mailbox import Mailbox
from telephony.outbox import Outbox
from telephony.playout import Join, MarkPlayed, Order, OrderDue, PlayoutFullError
from telephony.pulse import Pulse, feel
from telephony.stopgap import Stopgap
from telephony.transfer import transfer_state
from telephony.transfers import Transfers
from wire import media

log = logging.getLogger(__name__)

# What was played last is still in the other side's jitter buffer, which a hang-up would throw away.
HANGUP_TAIL = bytes(media.FRAME_BYTES * 10)
LEAVE_WITHIN_S = 60.0


class Bridge:
    """Joins one line with the bot's door; to be made inside the event loop.

    when_lost: takes over an answered call whose bot is gone. exchange: None where nobody is ever transferred.
    load_word: reads what is said to a caller who waits for a bot that is late, s16le at 16 kHz; may block.
    """

    def __init__(
        self,
        line: Line,
        mailbox: Mailbox,
        door: Door,
        when_lost: Callable[[Bridge], Awaitable[None]],
        exchange: Exchange | None = None,
        load_word: Callable[[], bytes] = bytes,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.line = line
        self.ended: asyncio.Future[Ended] = loop.create_future()
        self._mailbox = mailbox
        self._door = door
        self._when_lost = when_lost
        self._answered: asyncio.Future[Answered] = loop.create_future()
        self._load_word = load_word
        self._word = b""
        self._pulse = Pulse()
        self._stopgap = Stopgap()
        self._is_with_bot = False
        self._outbox = Outbox()
        self._order: Order | None = None
        self._transfers = Transfers(line, exchange, self._outbox.put)
        self._tasks = asyncio.TaskGroup()

    async def serve_incoming(self) -> Ended:
        """Open the door, then answer; returns when the call is over."""
        async with self._tasks as tasks:
            tasks.create_task(self._read_line())
            socket = await self._knock()
            self.line.accept()
            await self._talk(socket)
        return self.ended.result()

    async def serve_outgoing(self) -> Ended:
        """Wait for the answer, then open the door; returns when the call is over."""
        async with self._tasks as tasks:
            tasks.create_task(self._read_line())
            if await self._is_answered():
                await self._talk(await self._knock())
        return self.ended.result()

    def leave(self, order: Order) -> None:
        """Have the call ended by `order` once all that is queued has been played.

        A hang-up that never comes to its turn, since nothing is played to a caller on hold, is made up for.
        """
        self._order = order
        if isinstance(order, media.Transfer):
            self._transfers.begin()
        if isinstance(order, media.Hangup):
            self.line.play(HANGUP_TAIL)
            asyncio.get_running_loop().call_later(LEAVE_WITHIN_S, self.line.end)
        self.line.then(order)

    async def left(self, within_s: float = LEAVE_WITHIN_S) -> bool:
        """Wait for what `leave` ordered; False when it came to nothing and the call goes on."""
        waits: set[asyncio.Future[Any]] = {self.ended}
        if isinstance(self._order, media.Transfer):
            waits.add(self._transfers.outcome)
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        return self.ended.done() or self._is_transferred()

    @property
    def asks_to_wait(self) -> bool:
        """Whether the word for a bot that is late was the last that this caller was told."""
        return self._stopgap.is_said

    async def _knock(self) -> ClientConnection | None:
        try:
            return await self._door.open()
        except DoorShutError as error:
            log.error("bot_unreachable call_id=%s error=%s", self.line.call_id, error)
            return None

    async def _is_answered(self) -> bool:
        waits: set[asyncio.Future[Any]] = {self._answered, self.ended}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return not self.ended.done()

    async def _talk(self, socket: ClientConnection | None) -> None:
        if socket is not None:
            async with socket:
                if await self._is_answered():
                    await self._converse(socket)
        elif not await self._is_answered():
            return
        if self.ended.done() or self._transfers.handed_over.done():
            return
        if not (self._order is not None and await self.left()):
            log.error("bot_lost call_id=%s", self.line.call_id)
            await self._when_lost(self)

    async def _converse(self, socket: ClientConnection) -> None:
        """Carry everything both ways until the call is over or the bot is gone."""
        names = self._answered.result()
        self._outbox.open(media.Start(self.line.call_id, names.caller, names.callee))
        sender = asyncio.create_task(self._outbox.run(socket))
        receiver = asyncio.create_task(self._read_bot(socket))
        pulse = asyncio.create_task(self._feel_pulse(socket))
        self._is_with_bot = True
        waits: set[asyncio.Future[Any]] = {receiver, pulse, self.ended, self._transfers.handed_over}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if self._transfers.handed_over.done():
                self._outbox.put(media.Hangup("transferred"))
            if self.ended.done() or self._transfers.handed_over.done():
                await self._outbox.flush(sender)
        finally:
            self._is_with_bot = False
            self._outbox.close()
            tasks = (sender, receiver, pulse)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _feel_pulse(self, socket: ClientConnection) -> None:
        self._word = await asyncio.to_thread(self._load_word)
        await feel(self._pulse, socket)

    async def _read_bot(self, socket: ClientConnection) -> None:
        """Do what the bot says until it is gone, or says what nobody can understand."""
        try:
            async for message in socket:
                if isinstance(message, bytes) and self._transfers.wants_whisper:
                    self._leave_if(self._transfers.hear_whisper(message))
                elif isinstance(message, bytes):
                    self.line.play(message)
                else:
                    self._on_bot(media.decode(message))
        except ConnectionClosed as error:
            log.warning("bot_connection_broke call_id=%s error=%s", self.line.call_id, type(error).__name__)
        except (ValueError, PlayoutFullError) as error:
            log.error("bot_broke_protocol call_id=%s error=%s", self.line.call_id, error)

    def _on_bot(self, message: media.Message) -> None:
        match message:
            case media.Mark(name=name):
                self.line.mark(name)
            case media.Clear(fade_ms=fade_ms):
                self.line.clear(fade_ms)
            case media.Gain(percent=percent, ramp_ms=ramp_ms):
                self.line.gain(percent, ramp_ms)
            case media.Dtmf(digit=digit):
                self.line.press(digit)
            case media.Transfer():
                self._leave_if(self._transfers.hear_order(message))
            case media.Hangup():
                if not self._transfers.handed_over.done():
                    self.leave(message)
            case _:
                raise media.WireError(f"{message.event}: not for the audio peer")

    def _leave_if(self, order: media.Transfer | None) -> None:
        if order is not None:
            self.leave(order)

    async def _read_line(self) -> None:
        """Handle what the line says until the call is over."""
        while not self.ended.done():
            item = await self._mailbox.next()
            if isinstance(item, bytes):
                self._outbox.put_sound(item)
                self._cover(item)
            else:
                self._on_line(item)

    def _cover(self, pcm: bytes) -> None:
        """Say the word once this caller waits for a bot that is late, and for nothing else."""
        if not (self._is_with_bot and self._word):
            return
        is_late = self._pulse.is_late and not self._is_leaving()
        if self._stopgap.hear(pcm, is_playing=self.line.is_playing(), is_late=is_late):
            log.warning("bot_late call_id=%s", self.line.call_id)
            # Nothing is queued, so nothing is left of what the bot may have made quieter.
            self.line.gain(100, 0)
            self.line.play(self._word)

    def _is_leaving(self) -> bool:
        """Whether the bot has ordered the call's end, and that has not come to nothing."""
        if isinstance(self._order, media.Transfer):
            return not self._transfers.outcome.done() or self._is_transferred()
        return self._order is not None

    def _on_line(self, event: LineEvent) -> None:
        match event:
            case Answered() if not self._answered.done():
                self._answered.set_result(event)
            case Pressed(digit=digit) if self._transfers.handed_over.done():
                self._transfers.press(digit)
            case Pressed(digit=digit):
                self._stopgap.press()
                self._outbox.put(media.Dtmf(digit))
            case MediaChanged(state=state, silent_ms=silent_ms):
                self._outbox.put(media.Media(state, silent_ms))
                self._transfers.sound_is("caller", state)
            case MarkPlayed(name=name):
                self._outbox.put(media.Played(name))
            case OrderDue(order=media.Transfer() as order):
                self._tasks.create_task(self._transfers.carry_out(order))
            case OrderDue(order=Join()):
                self._transfers.join()
            case OrderDue():
                self.line.end()
            case TransferProgress(sip_code=sip_code):
                self._transfers.progress(transfer_state(sip_code), sip_code)
            case Ended():
                self._transfers.caller_left()
                self._outbox.put(media.Hangup(self._end_reason(event)))
                self.ended.set_result(event)

    def _is_transferred(self) -> bool:
        outcome = self._transfers.outcome
        return outcome.done() and outcome.result() == "accepted"

    def _end_reason(self, event: Ended) -> str:
        if self._is_transferred():
            return "transferred"
        if event.by_us:
            return "bot"
        return "failed" if event.sip_code >= 300 else "caller"
