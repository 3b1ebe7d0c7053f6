"""RATING: the call is over but for one key, which says whether it helped."""

from __future__ import annotations

from dataclasses import replace

from bot.call import keypad
from bot.call.commands import CancelTimer, HangUp, RecordRating, StartTimer, StopSaying
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    ClausePlayed,
    DtmfPressed,
    Event,
    PlaybackEnded,
    RecognitionFailed,
    Timer,
    TimerFired,
)
from bot.call.interruptions import is_echo
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import ActionType, Phase

_STOP = (StopSaying(), CancelTimer(Timer.VOICE), CancelTimer(Timer.PLAYBACK), CancelTimer(Timer.NO_INPUT))


def step(call: Call, event: Event) -> Step:
    match event:
        case DtmfPressed(digit="1" | "2" as digit):
            call, commands = moves.say(call, call.script.rating_thanks, then=ActionType.HANGUP)
            return call, (*_STOP, RecordRating(digit == "1"), *commands)
        case DtmfPressed(digit=keypad.PERSON):
            call, commands = moves.think(call, keypad.MENU[keypad.PERSON])
            return call, (*_STOP, *commands)
        case CallerSpoke(utterance=utterance) if _is_wish(call, utterance.text):
            # One more thing: the dialogue goes on.
            call, commands = moves.think(call, utterance.text)
            return call, (*_STOP, *commands)
        case CallerSpoke() | RecognitionFailed() if not call.unplayed_text:
            return _hang_up(call)
        case CallerStarted():
            return call, (CancelTimer(Timer.NO_INPUT),)
        case ClausePlayed(say_id=say_id, text=text) if say_id == call.say_id:
            return replace(call, played_text=f"{call.played_text} {text}".strip()), ()
        case PlaybackEnded(say_id=say_id) if say_id == call.say_id:
            call = replace(call, played_text=" ".join(call.last_text.split()))
            wait = () if call.is_caller_talking else (StartTimer(Timer.NO_INPUT, call.patience.rating_s),)
            return call, (CancelTimer(Timer.VOICE), CancelTimer(Timer.PLAYBACK), *wait)
        case TimerFired(timer=Timer.NO_INPUT):
            return _hang_up(call)
    return call, ()


def _hang_up(call: Call) -> Step:
    return replace(call, phase=Phase.ENDED), (HangUp("goodbye"),)


def _is_wish(call: Call, text: str) -> bool:
    """Whether words say more than a goodbye or a thank-you: one or two are no new wish."""
    return len(text.split()) > 2 and not is_echo(text, call.script.rating)
