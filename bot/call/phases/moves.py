"""The moves from one phase to the next that several phases share."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import (
    AskDialogue,
    CancelTimer,
    HangUp,
    ListenFor,
    RequestCallback,
    Say,
    StartTimer,
    StopSaying,
    Transfer,
)
from bot.call.events import Timer, TransferOutcome
from bot.call.state import Call, Step
from bot.call.types import ActionType, Expect, Phase

# Keys pressed when the question is an open one: the menu of the switchboard.
MENU = {"0": "/talk_to_agent", "1": "/report_problem", "2": "/ask_procedure", "3": "/ask_opening_hours"}
YES_NO_KEYS = {"1": "/affirm", "2": "/deny", "0": "/talk_to_agent"}
DICTATED = frozenset({Expect.DIGITS, Expect.REFERENCE, Expect.ADDRESS})


def say(
    call: Call,
    text: str,
    *,
    expect: Expect = Expect.OPEN,
    is_interruptible: bool = True,
    then: ActionType = ActionType.NONE,
    service: str = "",
    summary: str = "",
) -> Step:
    """Say a text; what comes after it depends on `then`."""
    say_id = call.say_id + 1
    call = replace(
        call,
        phase=Phase.SPEAKING,
        say_id=say_id,
        last_text=text,
        expect=expect,
        is_interruptible=is_interruptible,
        after_speech=then,
        service=service,
        summary=summary,
        was_cut_off=False,
        held=None,
    )
    return call, (CancelTimer(Timer.NO_INPUT), ListenFor(expect), Say(say_id, text))


def listen(call: Call) -> Step:
    """Wait for the caller."""
    call = replace(call, phase=Phase.LISTENING, early_text="")
    if call.is_caller_talking:
        return call, ()
    return call, (StartTimer(Timer.NO_INPUT, call.patience.no_input_s),)


def think(call: Call, text: str) -> Step:
    """Hand the caller's turn to the dialogue engine and wait for what it says."""
    turn = call.turn + 1
    call = replace(
        call,
        phase=Phase.THINKING,
        turn=turn,
        last_heard=text,
        early_text="",
        keys="",
        was_cut_off=False,
        held=None,
        silences=0,
        unheard=0,
    )
    return call, (
        CancelTimer(Timer.NO_INPUT),
        CancelTimer(Timer.KEYS),
        StartTimer(Timer.FILLER, call.patience.filler_s),
        StartTimer(Timer.DIALOGUE, call.patience.dialogue_s),
        AskDialogue(turn, text),
    )


def give_up(call: Call) -> Step:
    """The machine cannot help this caller: a person must. Try the fallback line, else a call-back."""
    return say(
        call, call.script.apology_goodbye, is_interruptible=False, then=ActionType.TRANSFER, service=""
    )


def promise_callback(call: Call) -> Step:
    """No person can be reached now: have one call back where there is a number, and say so."""
    if not call.caller:
        return say(call, call.script.transfer_failed)
    call, commands = say(call, call.script.callback_goodbye, is_interruptible=False, then=ActionType.HANGUP)
    return call, (RequestCallback(call.last_heard), *commands)


def finish_speech(call: Call) -> Step:
    """The caller has heard everything: do what was to be done afterwards."""
    if call.after_speech is ActionType.HANGUP:
        return replace(call, phase=Phase.ENDED), (HangUp("goodbye"),)
    if call.after_speech is ActionType.TRANSFER:
        return transfer(call)
    if call.early_text:
        return think(call, call.early_text)
    return listen(call)


def transfer(call: Call) -> Step:
    """Have the service called; the caller is asked to wait from time to time."""
    words = "" if call.last_heard.startswith("/") else call.last_heard
    call = replace(call, phase=Phase.TRANSFERRING, waits=0)
    wait = StartTimer(Timer.FILLER, call.patience.transfer_wait_s)
    return call, (Transfer(call.service, call.summary or words), wait)


def offer_callback(call: Call, outcome: TransferOutcome) -> Step:
    """The service does not take the call: say why, and let the dialogue note a call-back if it is wanted."""
    heard = call.last_heard
    call, commands = think(call, f'/request_callback{{"service": "{call.service}"}}')
    say_id = call.say_id + 1
    call = replace(call, say_id=say_id, last_heard=heard)
    return call, (Say(say_id, call.script.transfer_not_taken[outcome]), *commands)


def press(call: Call, digit: str) -> Step:
    """Handle one key while the caller may speak."""
    stop = (StopSaying(),) if call.phase is Phase.SPEAKING else ()
    if call.expect in DICTATED:
        call, commands = _dictate(replace(call, phase=Phase.LISTENING), digit)
        return call, (*stop, *commands)
    text = (YES_NO_KEYS if call.expect is Expect.YES_NO else MENU).get(digit)
    if text is None:
        text = "/help"
    call, commands = think(call, text)
    return call, (*stop, *commands)


def _dictate(call: Call, digit: str) -> Step:
    """Gather digits until # or a pause; 0 alone asks for a person, as anywhere else."""
    if digit == "#":
        return end_of_keys(call)
    keys = call.keys + digit
    timer = StartTimer(Timer.KEYS, call.patience.keys_s)
    return replace(call, keys=keys), (CancelTimer(Timer.NO_INPUT), timer)


def end_of_keys(call: Call) -> Step:
    """Take the gathered digits as the caller's answer."""
    if not call.keys:
        return listen(call)
    return think(call, MENU["0"] if call.keys == "0" else call.keys)
