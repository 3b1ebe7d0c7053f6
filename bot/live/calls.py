"""A call as it is followed: what its journal sees, shown while it happens."""

from __future__ import annotations

from datetime import datetime

from bot.call.commands import Command, Transfer, TransferToAgent
from bot.call.events import (
    CallerSpoke,
    EmergencyHeard,
    Event,
    HungUp,
    PartlyHeard,
    RecognitionFailed,
    TransferEnded,
)
from bot.call.journal import Journal, Records
from bot.live.board import LiveBoard
from bot.live.types import Kind, Line, Live, Standing


class LiveJournal(Journal):
    """A call's journal that also shows the call. Nothing in it may fail or wait."""

    def __init__(self, call_id: str, records: Records, board: LiveBoard) -> None:
        super().__init__(call_id, records)
        self._board = board

    def saw(self, event: Event, now_ms: int) -> None:
        match event:
            case PartlyHeard(utterance=utterance):
                self._change(partial=utterance.text)
            case CallerSpoke(utterance=utterance) if utterance.text:
                self._board.add(self._call_id, Line("caller", utterance.text))
            case CallerSpoke() | RecognitionFailed():
                self._change(partial="")
            case EmergencyHeard(kind=kind):
                self._change(emergency=kind)
            case TransferEnded(outcome=outcome):
                self._transfer_ended(outcome)
            case HungUp():
                self._board.close(self._call_id)
        super().saw(event, now_ms)

    def did(self, command: Command, now_ms: int) -> None:
        match command:
            case Transfer():
                self._change(standing=Standing.TRANSFERRING)
            case TransferToAgent():
                self._change(standing=Standing.TAKING)
        super().did(command, now_ms)

    def first_audio(self, say_id: int, now_ms: int) -> None:
        said = self._said.get(say_id)
        if said is not None:
            self._board.add(self._call_id, Line("bot", said.text))
        super().first_audio(say_id, now_ms)

    def _transfer_ended(self, outcome: str) -> None:
        live = self._board.get(self._call_id)
        if live is None or outcome == "accepted":
            return
        problem = outcome if live.standing is Standing.TAKING else ""
        self._change(standing=Standing.BOT, login="", agent="", problem=problem)

    def _change(self, **fields: object) -> None:
        self._board.change(self._call_id, **fields)


def live_call(call_id: str, caller: str, now: datetime) -> Live:
    """A call that begins."""
    return Live(call_id, Kind.CALL, now, caller)
