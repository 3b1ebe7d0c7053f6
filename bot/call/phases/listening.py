"""LISTENING: it is the caller's turn."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import CancelTimer
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    CallerStopped,
    DtmfPressed,
    Event,
    RecognitionFailed,
    Timer,
    TimerFired,
)
from bot.call.interruptions import is_back_channel, is_doubtful, is_echo
from bot.call.phases import keys, moves
from bot.call.state import Call, Step
from bot.call.types import ActionType, Utterance

# One stretch of sound without words is a cough or a door; from the second on the caller may be trying.
UNHEARD_BEFORE_ASKING = 2
# The recogniser broke once: ask again. Twice: offer the keys. Then a person.
DEAF_BEFORE_KEYS = 2
DEAF_BEFORE_GIVING_UP = 3
NOISES_BEFORE_GIVING_UP = 2


def step(call: Call, event: Event) -> Step:
    match event:
        case CallerStarted():
            return replace(call, is_filler_set=False), (
                CancelTimer(Timer.NO_INPUT),
                CancelTimer(Timer.FILLER),
            )
        case CallerStopped() if not call.keys:
            return moves.await_words(call)
        case TimerFired(timer=Timer.FILLER):
            return moves.fill(call)
        case CallerSpoke(utterance=utterance):
            return _heard(call, utterance)
        case RecognitionFailed():
            return _not_recognised(call)
        case DtmfPressed(digit=digit):
            return keys.press(call, digit)
        case TimerFired(timer=Timer.KEYS):
            return keys.end(call)
        case TimerFired(timer=Timer.NO_INPUT):
            return _no_input(call)
    return call, ()


def _heard(call: Call, heard: Utterance) -> Step:
    text = heard.text
    if call.was_cut_off and _is_no_interruption(call, heard):
        return moves.say_on(replace(call, false_alarms=call.false_alarms + 1, was_noise_cut=False))
    if call.keys:
        # The number is being typed: words meanwhile wait for its end.
        return moves.keep(call, text), ()
    if call.is_caller_talking:
        # The next turn began before this one was understood: they are one.
        return moves.keep(call, text), ()
    if call.was_talked_over and is_back_channel(text) and not moves.is_answer(call, text):
        # Begun while the bot was still heard, understood when it had finished: a nod.
        return moves.listen(moves.notice_nod(call, text))
    words = f"{call.early_text} {text}".strip()
    if words:
        return moves.think(call, words)
    return _nothing_heard(call)


def _is_no_interruption(call: Call, heard: Utterance) -> bool:
    """Whether what stopped the bot was a noise, its own echo or a nod: the caller has not heard the rest."""
    text = heard.text
    if call.is_caller_talking or moves.is_answer(call, text):
        return False
    if is_back_channel(text) or is_echo(text, call.last_text):
        return True
    return is_doubtful(text, heard.confidence, call.speech_ms, call.patience.interruptions)


def _nothing_heard(call: Call) -> Step:
    if call.was_noise_cut:
        call = replace(call, was_noise_cut=False, noises=call.noises + 1)
        if call.noises >= NOISES_BEFORE_GIVING_UP:
            return moves.give_up(call)
        return moves.say(call, call.script.noise, expect=call.expect, is_interruptible=False)
    call = replace(call, unheard=call.unheard + 1)
    if call.unheard < UNHEARD_BEFORE_ASKING:
        return moves.listen(call)
    return _ask_again(call)


def _not_recognised(call: Call) -> Step:
    if call.is_caller_talking:
        return call, ()
    if call.early_text:
        return moves.think(call, call.early_text)
    if call.deaf >= DEAF_BEFORE_GIVING_UP:
        return moves.give_up(call)
    if call.deaf >= DEAF_BEFORE_KEYS:
        return moves.say(call, call.script.deaf, expect=call.expect)
    return _ask_again(replace(call, unheard=call.unheard + 1))


def _ask_again(call: Call) -> Step:
    variants = call.script.not_heard
    text = variants[call.unheard % len(variants)]
    return moves.say(call, text, expect=call.expect)


def _no_input(call: Call) -> Step:
    if call.nod:
        return moves.think(call, call.nod)
    silences = call.silences
    call = replace(call, silences=silences + 1)
    if silences < len(call.script.no_input):
        return moves.say(call, call.script.no_input[silences], expect=call.expect)
    return moves.say(call, call.script.no_input_goodbye, is_interruptible=True, then=ActionType.HANGUP)
