"""TRANSFERRING: a person's line is being tried."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import CancelTimer, HangUp
from bot.call.events import Event, Timer, TransferEnded
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase


def step(call: Call, event: Event) -> Step:
    match event:
        case TransferEnded(accepted=True):
            return replace(call, phase=Phase.ENDED), (CancelTimer(Timer.TRANSFER), HangUp("transferred"))
        case TransferEnded(accepted=False):
            call, commands = moves.promise_callback(call)
            return call, (CancelTimer(Timer.TRANSFER), *commands)
    return call, ()
