"""Keys that are pressed while the caller may speak: a choice, or the digits of an answer."""

from __future__ import annotations

from dataclasses import replace

from bot.call import keypad
from bot.call.commands import CancelTimer, StartTimer, StopSaying
from bot.call.events import Timer
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase


def press(call: Call, digit: str) -> Step:
    """Handle one key while the caller may speak."""
    is_speaking = call.phase is Phase.SPEAKING
    stop = (StopSaying(), CancelTimer(Timer.PLAYBACK), CancelTimer(Timer.VOICE)) if is_speaking else ()
    call = replace(call, is_ducked=False)
    if call.expect in keypad.DICTATED:
        call, commands = _dictate(replace(call, phase=Phase.LISTENING), digit)
    else:
        call, commands = moves.think(call, keypad.choice(call.expect, digit))
    return call, (*stop, *commands)


def _dictate(call: Call, digit: str) -> Step:
    if digit == keypad.END:
        return end(call)
    call = replace(call, keys=keypad.gather(call.keys, digit))
    if keypad.is_whole(call.expect, call.keys):
        return end(call)
    call = replace(call, is_filler_set=False)
    return call, (
        CancelTimer(Timer.NO_INPUT),
        CancelTimer(Timer.FILLER),
        StartTimer(Timer.KEYS, call.patience.keys_s),
    )


def end(call: Call) -> Step:
    """Take the gathered digits as the caller's answer."""
    if not call.keys:
        call, commands = moves.listen(call)
        return call, (CancelTimer(Timer.KEYS), *commands)
    return moves.think(call, keypad.meaning(call.keys, call.early_text))
