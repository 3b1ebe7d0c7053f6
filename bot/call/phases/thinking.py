"""THINKING: the dialogue engine has the caller's turn."""

from __future__ import annotations

from dataclasses import replace

from bot.call import keypad
from bot.call.commands import CancelTimer, Command
from bot.call.events import (
    CallerSpoke,
    DialogueFailed,
    DtmfPressed,
    Event,
    RecognitionFailed,
    ReplyArrived,
    Timer,
    TimerFired,
)
from bot.call.interruptions import says_again
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import ActionType, Expect, Reply

FAILURES_BEFORE_GIVING_UP = 2
_STOP_WAITING: tuple[Command, ...] = (CancelTimer(Timer.FILLER), CancelTimer(Timer.DIALOGUE))


def step(call: Call, event: Event) -> Step:
    match event:
        case ReplyArrived(turn=turn, reply=reply) if turn == call.turn:
            call, commands = _answer(replace(call, failures=0), reply)
            return call, (CancelTimer(Timer.DIALOGUE), *commands)
        case DialogueFailed(turn=turn) if turn == call.turn:
            return _failed(call)
        case TimerFired(timer=Timer.DIALOGUE):
            # The answer may still come: raising the turn makes sure that it is not said any more.
            call = replace(call, turn=call.turn + 1, failures=call.failures + 1)
            call, commands = moves.announce_agent(call) if call.wanted_by else moves.give_up(call)
            return call, (*_STOP_WAITING, *commands)
        case TimerFired(timer=Timer.FILLER):
            return moves.fill(call)
        case CallerSpoke(utterance=utterance):
            return _went_on(call, utterance.text)
        case RecognitionFailed():
            return _went_on(call, "")
        case DtmfPressed(digit=digit) if digit in keypad.MENU:
            return replace(call, early_text=keypad.MENU[digit]), ()
    return call, ()


def _answer(call: Call, reply: Reply) -> Step:
    if says_again(call.early_text, call.last_heard):
        call = replace(call, early_text="")
    is_question = reply.barge_in and reply.action is ActionType.NONE and reply.expect is not Expect.NONE
    if call.wanted_by:
        # A question is left to the colleague; a promise was made to the caller.
        call = replace(call, expect=reply.expect, hints=reply.hints)
        return moves.announce_agent(
            call, "" if is_question else reply.text, reply.text if is_question else ""
        )
    if is_question and call.early_text:
        # The caller went on talking: this reply answers half a sentence.
        return moves.think(replace(call, is_filler_set=False), call.early_text)
    if is_question and call.is_caller_talking:
        return replace(call, held=reply, is_filler_set=False), (CancelTimer(Timer.FILLER),)
    return _say_reply(call, reply)


def _went_on(call: Call, text: str) -> Step:
    """The caller talked while the machine was thinking; text is "" when it was a mere noise."""
    if call.held is None:
        return moves.keep(call, text), ()
    return _say_reply(call, call.held) if says_again(text, call.last_heard) else moves.think(call, text)


def _say_reply(call: Call, reply: Reply) -> Step:
    call, commands = moves.say(
        moves.wish(replace(call, hints=reply.hints), reply.voice),
        reply.text,
        expect=reply.expect,
        is_interruptible=reply.barge_in,
        then=reply.action,
        service=reply.service,
        summary=reply.summary,
        is_awaited=True,
    )
    is_goodbye = reply.action is ActionType.HANGUP
    asks_rating = is_goodbye and bool(call.script.rating) and not call.emergencies
    return replace(call, is_rating_due=asks_rating), commands


def _failed(call: Call) -> Step:
    call = replace(call, failures=call.failures + 1)
    if call.wanted_by:
        call, commands = moves.announce_agent(call)
    elif call.failures < FAILURES_BEFORE_GIVING_UP:
        call, commands = moves.say(call, call.script.apology, expect=call.expect)
    else:
        call, commands = moves.give_up(call)
    return call, (*_STOP_WAITING, *commands)
