"""GREETING: the notice that a machine answers is being said; it is never cut short."""

from __future__ import annotations

from dataclasses import replace

from bot.call import keypad
from bot.call.commands import StartTimer
from bot.call.events import CallAnswered, CallerSpoke, DtmfPressed, Event, PlaybackEnded, Timer
from bot.call.interruptions import is_echo
from bot.call.phases import moves
from bot.call.state import Call, Step


def step(call: Call, event: Event) -> Step:
    match event:
        case CallAnswered(caller=caller):
            call = replace(call, caller=caller)
            call, commands = moves.pass_on(call) if call.is_passed_on else moves.greet(call)
            max_s = call.patience.max_duration_s
            limit = StartTimer(Timer.MAX_DURATION, max_s)
            before = StartTimer(Timer.ENDING, max(max_s - call.patience.last_words_s, max_s / 2))
            return call, (limit, before, *commands)
        case PlaybackEnded(say_id=say_id) if say_id == call.say_id:
            if call.wanted_by:
                return moves.announce_agent(call)
            if call.early_text:
                return moves.think(call, call.early_text)
            return moves.say(call, call.script.first_question)
        case CallerSpoke(utterance=utterance) if not is_echo(utterance.text, call.script.greeting):
            return moves.keep(call, utterance.text), ()
        case DtmfPressed(digit=digit) if digit in keypad.MENU:
            return replace(call, early_text=keypad.MENU[digit]), ()
    return call, ()
