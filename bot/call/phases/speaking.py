"""SPEAKING: the bot is being heard, and may be interrupted."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import StopSaying
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    DtmfPressed,
    Event,
    PlaybackEnded,
    SynthesisFailed,
)
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase


def step(call: Call, event: Event) -> Step:
    match event:
        case CallerStarted() if call.is_interruptible:
            return replace(call, phase=Phase.LISTENING, was_cut_off=True), (StopSaying(),)
        case CallerSpoke(utterance=utterance) if utterance.text:
            return replace(call, early_text=f"{call.early_text} {utterance.text}".strip()), ()
        case DtmfPressed(digit=digit) if call.is_interruptible:
            return moves.press(call, digit)
        case PlaybackEnded(say_id=say_id) | SynthesisFailed(say_id=say_id) if say_id == call.say_id:
            return moves.finish_speech(call)
    return call, ()
