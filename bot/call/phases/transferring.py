"""TRANSFERRING: a person's line is being tried."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import HangUp
from bot.call.events import Event, TransferEnded
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase


def step(call: Call, event: Event) -> Step:
    match event:
        case TransferEnded(accepted=True):
            return replace(call, phase=Phase.ENDED), (HangUp("transferred"),)
        case TransferEnded(accepted=False):
            return moves.promise_callback(call)
    return call, ()
