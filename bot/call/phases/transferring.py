"""TRANSFERRING: a person's line is being tried."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import CancelTimer, Command, HangUp, Say, StartTimer
from bot.call.events import Event, Timer, TimerFired, TransferEnded, TransferOutcome
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase

# Longer than any transfer takes: ringing, and the summary said twice. Its end was lost on the way.
MAX_WAITS = 8
_STOP_WAITING: tuple[Command, ...] = (CancelTimer(Timer.FILLER),)


def step(call: Call, event: Event) -> Step:
    match event:
        case TransferEnded(outcome="accepted"):
            reason = "passed_on" if call.is_passed_on else "transferred"
            return replace(call, phase=Phase.ENDED), (*_STOP_WAITING, HangUp(reason))
        case TransferEnded(outcome=outcome):
            return _not_taken(call, outcome)
        case TimerFired(timer=Timer.FILLER) if call.waits >= MAX_WAITS:
            return _not_taken(call, "no_answer")
        case TimerFired(timer=Timer.FILLER):
            return _wait(call)
    return call, ()


def _not_taken(call: Call, outcome: TransferOutcome) -> Step:
    if call.extension:
        call, commands = moves.stay_with_machine(call)
        return call, (*_STOP_WAITING, *commands)
    if call.is_passed_on:
        # Nobody takes it: better the machine than nobody.
        call, commands = moves.greet(replace(call, is_passed_on=False))
        return call, (*_STOP_WAITING, *commands)
    # Without the fallback line nobody is left to ask, the dialogue engine least of all.
    is_service = bool(call.service)
    call, commands = moves.offer_callback(call, outcome) if is_service else moves.promise_callback(call)
    return call, (*_STOP_WAITING, *commands)


def _wait(call: Call) -> Step:
    variants = call.script.agent_waits if call.extension else call.script.transfer_waits
    say_id = call.say_id + 1
    text = variants[call.waits % len(variants)]
    again = StartTimer(Timer.FILLER, call.patience.transfer_wait_s)
    return replace(call, say_id=say_id, waits=call.waits + 1), (Say(say_id, text, call.delivery), again)
