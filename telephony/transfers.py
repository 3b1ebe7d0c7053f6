"""The transfers of one call: asked for by the bot, allowed or not, carried out, joined in the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from telephony.attended import AttendedTransfer, Exchange
from telephony.events import Ended, MediaChanged
from telephony.line import Line
from telephony.playout import Join
from telephony.transfer import is_final
from telephony.whisper import WhisperBox
from wire import media

log = logging.getLogger(__name__)

FORBIDDEN = 403


class Transfers:
    """At most one at a time; to be made inside the event loop.

    exchange: None where nobody is ever transferred. tell: sends the bot a message, if it is still there.
    outcome: final state of the transfer that was asked for last. handed_over: set once an agent has accepted
    the caller; from then on the bot has no part in the call.
    """

    def __init__(
        self, line: Line, exchange: Exchange | None, tell: Callable[[media.TransferStatus], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[media.TransferState] = loop.create_future()
        self.handed_over: asyncio.Future[None] = loop.create_future()
        self._line = line
        self._exchange = exchange
        self._tell = tell
        self._box = WhisperBox()
        self._whisper = b""
        self._attended: AttendedTransfer | None = None
        self._silent_sides: set[str] = set()

    def hear_order(self, order: media.Transfer) -> media.Transfer | None:
        """Take the bot's order; returns it once it is complete and allowed. Raises WireError."""
        self._box.begin(order)
        return self._complete()

    @property
    def wants_whisper(self) -> bool:
        """Whether the bot's next sound is for the agent."""
        return self._box.is_waiting

    def hear_whisper(self, pcm: bytes) -> media.Transfer | None:
        """Take sound for the agent; returns the order once it is complete and allowed."""
        self._box.add(pcm)
        return self._complete()

    def begin(self) -> None:
        """Another transfer follows one that came to nothing."""
        if self.outcome.done():
            self.outcome = asyncio.get_running_loop().create_future()

    async def carry_out(self, order: media.Transfer) -> None:
        """Put the caller through; of an attended transfer, stay until the agent hangs up."""
        if order.kind == "blind" or self._exchange is None:
            self._line.refer(order.to, order.headers)
            return
        self._attended = AttendedTransfer(self._line, order, self._whisper, self._exchange, self.progress)
        agent = await self._attended.run()
        while agent is not None:
            match await agent.next():
                case MediaChanged(state=state):
                    self.sound_is("agent", state)
                case Ended():
                    self._line.end()
                    return

    def progress(self, state: media.TransferState, sip_code: int) -> None:
        """Note how the transfer stands; what comes after its end is ignored."""
        if self.outcome.done():
            return
        log.info("transfer call_id=%s status=%s code=%d", self._line.call_id, state, sip_code)
        self._tell(media.TransferStatus(state, sip_code))
        if not is_final(state):
            return
        self.outcome.set_result(state)
        if state == "accepted" and self._attended is not None:
            self._line.then(Join())
            self.handed_over.set_result(None)
        elif state == "accepted":
            self._line.end()
        self._attended = self._attended if state == "accepted" else None

    def join(self) -> None:
        """Let caller and agent hear each other: everything queued for the caller has been played."""
        if self._attended is not None and self._attended.agent is not None:
            self._line.join(self._attended.agent)

    def press(self, digit: str) -> None:
        """Pass the caller's key on to the agent, whose line may have a menu of its own."""
        if self._attended is not None and self._attended.agent is not None:
            self._attended.agent.press(digit)

    def sound_is(self, side: str, state: media.MediaState) -> None:
        """Hang up when caller and agent have both gone without a word: nobody else would notice."""
        if state == "absent":
            self._silent_sides.add(side)
        else:
            self._silent_sides.discard(side)
        if len(self._silent_sides) == 2:
            log.warning("joined_call_went_silent call_id=%s", self._line.call_id)
            self._line.end()

    def caller_left(self) -> None:
        if self._attended is not None:
            self._attended.abandon()

    def _complete(self) -> media.Transfer | None:
        complete = self._box.take()
        if complete is None:
            return None
        order, self._whisper = complete
        if self._exchange is None or not self._exchange.may_call(order.to):
            log.warning("transfer_target_refused call_id=%s", self._line.call_id)
            self._tell(media.TransferStatus("refused", FORBIDDEN))
            return None
        return order
