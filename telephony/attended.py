"""An attended transfer: the service is called on a line of its own while the caller waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from telephony.consultation import Consultation, Patience, Progress, SaySummary, Step
from telephony.line import Line
from telephony.mailbox import Item, Mailbox
from telephony.transfer import is_final
from telephony.wait_tone import PIECE_S, wait_tone
from wire import media

log = logging.getLogger(__name__)

TRYING = 100
_BYTES_PER_S = 2 * media.SAMPLE_RATE_HZ


class CannotCallError(Exception):
    """The service cannot be called from here. code: the SIP status that says why."""

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.code = code


class Exchange(Protocol):
    """Who may be called for a caller, and how."""

    patience: Patience

    def may_call(self, to: str) -> bool:
        """Whether this number or SIP URI is on the closed list of targets."""

    async def call(self, caller: Line, order: media.Transfer) -> tuple[Line, Mailbox]:
        """Place a call on a line of its own. Raises CannotCallError."""


class AttendedTransfer:
    """One call of a service for one caller.

    whisper: what is said to whoever answers, s16le at 16 kHz. report: told each state, once.
    agent: the line to the service once it is being called.
    """

    def __init__(
        self,
        caller: Line,
        order: media.Transfer,
        whisper: bytes,
        exchange: Exchange,
        report: Callable[[media.TransferState, int], None],
    ) -> None:
        self.agent: Line | None = None
        self._caller = caller
        self._order = order
        self._whisper = whisper
        self._exchange = exchange
        self._report = report
        self._is_abandoned = False

    def abandon(self) -> None:
        """The caller is gone: hang up on the agent, now or as soon as there is a line to it."""
        self._is_abandoned = True
        if self.agent is not None:
            self.agent.end()

    async def run(self) -> Mailbox | None:
        """Call the service and wait for its decision; returns the agent's mailbox once it has accepted.

        Otherwise the agent's line is hung up, as it is when this is cancelled.
        """
        try:
            self.agent, mailbox = await self._exchange.call(self._caller, self._order)
        except CannotCallError as error:
            log.warning("transfer_impossible call_id=%s why=%s", self._caller.call_id, error)
            self._report("failed", error.code)
            return None
        if self._is_abandoned:
            self.agent.end()
            return None
        self._report("trying", TRYING)
        tone = asyncio.create_task(self._play_tone())
        is_accepted = False
        try:
            is_accepted = await self._consult(self.agent, mailbox)
        finally:
            tone.cancel()
            await asyncio.gather(tone, return_exceptions=True)
            if not is_accepted:
                self.agent.end()
        return mailbox if is_accepted else None

    async def _consult(self, agent: Line, mailbox: Mailbox) -> bool:
        now_s = asyncio.get_running_loop().time
        consultation = Consultation(len(self._whisper) / _BYTES_PER_S, self._exchange.patience, now_s())
        while True:
            step: Step
            try:
                async with asyncio.timeout_at(consultation.deadline_s):
                    item: Item = await mailbox.next()
            except TimeoutError:
                step = consultation.time_is_up(now_s())
            else:
                step = None if isinstance(item, bytes) else consultation.heard(item, now_s())
            match step:
                case SaySummary():
                    agent.play(self._whisper)
                case Progress(state=state, code=code):
                    self._report(state, code)
                    if is_final(state):
                        return state == "accepted"

    async def _play_tone(self) -> None:
        for piece in wait_tone():
            self._caller.play(piece)
            await asyncio.sleep(PIECE_S)
