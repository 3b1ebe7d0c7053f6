"""The only place where it is decided what happens next in a call.

`step` is pure: no clock, no I/O, no await. It treats here what means the same in every phase, lets
`watchdogs` keep their clocks, and leaves the rest to the module of the call's phase.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.call import recording, watchdogs
from bot.call.commands import CancelTimer, Say, StopSaying, TellDialogue
from bot.call.events import AgentTookOver, EmergencyHeard, Event, HungUp, Timer
from bot.call.phases import (
    greeting,
    listening,
    moves,
    rating,
    speaking,
    taken_over,
    thinking,
    transferring,
)
from bot.call.state import Call, Step
from bot.call.types import Phase

_PHASES: dict[Phase, Callable[[Call, Event], Step]] = {
    Phase.GREETING: greeting.step,
    Phase.LISTENING: listening.step,
    Phase.THINKING: thinking.step,
    Phase.SPEAKING: speaking.step,
    Phase.TRANSFERRING: transferring.step,
    Phase.RATING: rating.step,
}


def step(call: Call, event: Event) -> Step:
    """Return the call after `event` and the commands to carry out, in order."""
    if isinstance(event, HungUp):
        return _hung_up(call)
    if call.phase is Phase.ENDED:
        return call, ()
    if isinstance(event, EmergencyHeard):
        return _warn(call, event)
    if isinstance(event, AgentTookOver):
        return taken_over.take_over(call, event)
    call, clocks = watchdogs.watch(call, event)
    if recording.is_refusal(call, event):
        call, commands = recording.refuse(call)
        return call, (*clocks, *commands)
    call, event, before = watchdogs.replaced(call, event)
    decided = watchdogs.decide(call, event)
    call, commands = _PHASES[call.phase](call, event) if decided is None else decided
    return call, (*clocks, *before, *commands)


def _hung_up(call: Call) -> Step:
    timers = tuple(CancelTimer(timer) for timer in Timer)
    # Even a call that is over for the machine may hold a report that was never confirmed.
    tell = (TellDialogue("/hang_up"),) if call.turn else ()
    return replace(call, phase=Phase.ENDED), (*timers, StopSaying(), *tell)


def _warn(call: Call, event: EmergencyHeard) -> Step:
    """Say whom to call, now. The words go their usual way afterwards, so a false alarm costs little."""
    if event.kind in call.emergencies:
        return call, ()
    call = replace(call, emergencies=call.emergencies | {event.kind}, is_ducked=False)
    if call.phase in (Phase.THINKING, Phase.TRANSFERRING):
        # An answer or a person is on the way, and comes after the notice.
        say_id = call.say_id + 1
        return replace(call, say_id=say_id), (StopSaying(), Say(say_id, event.notice, call.delivery))
    # Whoever was about to take over does so after the notice.
    call = replace(call, wanted_by=call.wanted_by or call.extension)
    call, commands = moves.say(call, event.notice, is_interruptible=False)
    return call, (StopSaying(), *commands)
