"""Somebody of the city takes the call over: now, or as soon as nothing is lost by it.

What must be heard to its end is: the notice that a machine answers, a promise, whom to call in danger. An
answer under way is waited for, since it may be a promise; `moves.announce_agent` then follows.
"""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import CancelTimer, StopSaying
from bot.call.events import AgentTookOver, Timer
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase


def take_over(call: Call, event: AgentTookOver) -> Step:
    """The first who asks gets the call; while a line is being tried nobody does."""
    if call.wanted_by or call.extension or call.phase is Phase.TRANSFERRING:
        return call, ()
    call = replace(call, wanted_by=event.extension)
    is_kept_waiting = call.phase in (Phase.GREETING, Phase.THINKING)
    if is_kept_waiting or (call.phase is Phase.SPEAKING and not call.is_interruptible):
        return call, ()
    call, commands = moves.announce_agent(replace(call, keys=""))
    return call, (CancelTimer(Timer.KEYS), StopSaying(), *commands)
