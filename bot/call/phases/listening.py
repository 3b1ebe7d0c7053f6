"""LISTENING: it is the caller's turn."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import CancelTimer
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    DtmfPressed,
    Event,
    RecognitionFailed,
    Timer,
    TimerFired,
)
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import ActionType

# One stretch of sound without words is a cough or a door; from the second on the caller may be trying.
UNHEARD_BEFORE_ASKING = 2


def step(call: Call, event: Event) -> Step:
    match event:
        case CallerStarted():
            return call, (CancelTimer(Timer.NO_INPUT),)
        case CallerSpoke(utterance=utterance) if utterance.text:
            return moves.think(call, utterance.text)
        case CallerSpoke():
            return _nothing_heard(call)
        case RecognitionFailed():
            return _ask_again(replace(call, unheard=call.unheard + 1))
        case DtmfPressed(digit=digit):
            return moves.press(call, digit)
        case TimerFired(timer=Timer.KEYS):
            return moves.end_of_keys(call)
        case TimerFired(timer=Timer.NO_INPUT):
            return _no_input(call)
    return call, ()


def _nothing_heard(call: Call) -> Step:
    if call.was_cut_off:
        # A mere noise stopped the bot: the caller has not heard the sentence, so say it again.
        return moves.say(
            call,
            call.last_text,
            expect=call.expect,
            then=call.after_speech,
            service=call.service,
            summary=call.summary,
        )
    call = replace(call, unheard=call.unheard + 1)
    if call.unheard < UNHEARD_BEFORE_ASKING:
        return moves.listen(call)
    return _ask_again(call)


def _ask_again(call: Call) -> Step:
    variants = call.script.not_heard
    text = variants[call.unheard % len(variants)]
    return moves.say(call, text, expect=call.expect)


def _no_input(call: Call) -> Step:
    silences = call.silences
    call = replace(call, silences=silences + 1)
    if silences < len(call.script.no_input):
        return moves.say(call, call.script.no_input[silences], expect=call.expect)
    return moves.say(call, call.script.no_input_goodbye, is_interruptible=True, then=ActionType.HANGUP)
