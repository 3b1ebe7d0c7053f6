"""SPEAKING: the bot is being heard, and may be interrupted.

Whoever speaks over it makes it quieter at once; `interruptions.judge` says whether it stops.
"""

from __future__ import annotations

from dataclasses import replace

from bot.call import keypad
from bot.call.commands import CancelTimer, Command, Duck, StartTimer, StopSaying
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    CallerWentOn,
    ClausePlayed,
    DtmfPressed,
    Event,
    PartlyHeard,
    PlaybackEnded,
    RecognitionFailed,
    SpeechStarted,
    Timer,
    TimerFired,
)
from bot.call.interruptions import Verdict, judge
from bot.call.phases import keys, moves
from bot.call.state import Call, Step
from bot.call.types import Phase, Utterance

FALSE_ALARMS_OF_A_NOISY_LINE = 2
_STOP: tuple[Command, ...] = (
    StopSaying(),
    CancelTimer(Timer.FILLER),
    CancelTimer(Timer.VOICE),
    CancelTimer(Timer.PLAYBACK),
    CancelTimer(Timer.PROTECTION),
)


def step(call: Call, event: Event) -> Step:
    match event:
        case CallerStarted() if call.is_interruptible:
            return _duck(call)
        case PartlyHeard() | CallerWentOn() if call.is_ducked:
            return _judge(call)
        case CallerSpoke(utterance=utterance):
            return _heard_over(call, utterance)
        case RecognitionFailed():
            return _settle(call)
        case TimerFired(timer=Timer.PROTECTION):
            call = replace(call, is_interruptible=True)
            return _duck(call) if call.is_caller_talking else (call, ())
        case DtmfPressed(digit=digit) if call.is_interruptible:
            return keys.press(call, digit)
        case DtmfPressed(digit=digit) if digit in keypad.MENU:
            return replace(call, early_text=keypad.MENU[digit]), ()
        case SpeechStarted(say_id=say_id) if say_id == call.say_id:
            return call, (CancelTimer(Timer.FILLER),)
        case TimerFired(timer=Timer.FILLER) if not call.is_caller_talking:
            return moves.fill(call)
        case ClausePlayed(say_id=say_id, text=text) if say_id == call.say_id:
            return replace(call, played_text=f"{call.played_text} {text}".strip()), ()
        case PlaybackEnded(say_id=say_id) if say_id == call.say_id:
            return moves.finish_speech(call)
    return call, ()


def _duck(call: Call) -> Step:
    settings = call.patience.interruptions
    return replace(call, is_ducked=True), (Duck(settings.duck_percent, settings.duck_ramp_ms),)


def _judge(call: Call) -> Step:
    """Decide on what is known while the caller goes on."""
    settings = call.patience.interruptions
    verdict = judge(
        call.partial_text,
        call.speech_ms,
        call.last_text,
        settings,
        is_over=False,
        is_noisy=call.false_alarms >= FALSE_ALARMS_OF_A_NOISY_LINE,
        confidence=call.partial_confidence,
    )
    if verdict is not Verdict.STOP:
        return call, ()
    call = replace(call, phase=Phase.LISTENING, is_ducked=False, was_cut_off=True)
    # If it is a noise without end, the sentence is gone on with soon.
    return call, (*_STOP, StartTimer(Timer.NOISE, call.patience.cut_off_noise_s))


def _heard_over(call: Call, heard: Utterance) -> Step:
    """Decide on all that was said over the bot."""
    settings, text = call.patience.interruptions, heard.text
    verdict = judge(text, call.speech_ms, call.last_text, settings, is_over=True, confidence=heard.confidence)
    if verdict is Verdict.STOP and call.is_interruptible:
        call = moves.keep(replace(call, is_ducked=False, was_cut_off=True), text)
        call, commands = moves.think(call, call.early_text)
        return call, (*_STOP, *commands)
    if verdict is Verdict.STOP or moves.is_answer(call, text):
        call = moves.keep(call, text)
    else:
        call = moves.notice_nod(call, text)
    return _settle(call)


def _settle(call: Call) -> Step:
    return (call, ()) if call.is_caller_talking else moves.unduck(call)
