"""The moves from one phase to the next that several phases share."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import (
    AskDialogue,
    CancelTimer,
    Command,
    HangUp,
    ListenFor,
    RequestCallback,
    Say,
    SayFirst,
    StartTimer,
    Transfer,
    TransferToAgent,
    Unduck,
)
from bot.call.events import Timer, TransferOutcome
from bot.call.interruptions import is_early_answer, is_yes
from bot.call.state import Call, Step
from bot.call.types import ActionType, Expect, GainWish, Phase, RateWish, VoiceWish


def say(
    call: Call,
    text: str,
    *,
    expect: Expect = Expect.OPEN,
    is_interruptible: bool = True,
    then: ActionType = ActionType.NONE,
    service: str = "",
    summary: str = "",
    extension: str = "",
    is_awaited: bool = False,
) -> Step:
    """Say a text; what comes after it depends on `then`.

    is_awaited: the caller has waited for it, and a filler is still due if it is slow to be heard.
    """
    say_id = call.say_id + 1
    # Asked for an address again: what was heard last was not understood, and may be near it.
    near = call.last_heard if expect is call.expect is Expect.ADDRESS else ""
    call = replace(
        call,
        phase=Phase.SPEAKING,
        say_id=say_id,
        last_text=text,
        played_text="",
        expect=expect,
        is_interruptible=is_interruptible,
        after_speech=then,
        service=service,
        summary=summary,
        extension=extension,
        was_cut_off=False,
        was_talked_over=False,
        nod="",
        held=None,
        is_rating_due=False,
        is_filler_set=False,
    )
    return call, (
        CancelTimer(Timer.NO_INPUT),
        *(() if is_awaited else (CancelTimer(Timer.FILLER),)),
        CancelTimer(Timer.PROTECTION),
        CancelTimer(Timer.PLAYBACK),
        ListenFor(expect, call.hints, near),
        StartTimer(Timer.VOICE, call.patience.voice_s),
        Say(say_id, text, call.delivery),
    )


def greet(call: Call) -> Step:
    """Say what is never cut short: that a machine answers, after what is urgent for the whole city."""
    call, commands = say(call, call.script.greeting, is_interruptible=False)
    return replace(call, phase=Phase.GREETING), commands


def pass_on(call: Call) -> Step:
    """Have the fallback line answer this call instead of the machine."""
    text = f"{call.script.banner} {call.script.pass_on}".strip()
    return say(call, text, is_interruptible=False, then=ActionType.TRANSFER)


def say_on(call: Call) -> Step:
    """Go on with what a mere noise cut off, from the clause that was not heard to its end."""
    if not call.unplayed_text:
        return finish_speech(call)
    return say(
        call,
        call.unplayed_text,
        expect=call.expect,
        then=call.after_speech,
        service=call.service,
        summary=call.summary,
        extension=call.extension,
    )


def unduck(call: Call) -> Step:
    """Come back to the usual loudness if the bot was ducked."""
    if not call.is_ducked:
        return call, ()
    ramp_ms = call.patience.interruptions.duck_ramp_ms
    return replace(call, is_ducked=False), (Unduck(ramp_ms),)


def listen(call: Call) -> Step:
    """Wait for the caller."""
    call = replace(call, phase=Phase.LISTENING, early_text="", is_filler_set=False)
    if call.is_caller_talking or call.is_media_lost:
        return call, (CancelTimer(Timer.FILLER),)
    wait_s = call.patience.nod_s if call.nod else call.patience.no_input_s
    return call, (CancelTimer(Timer.FILLER), StartTimer(Timer.NO_INPUT, wait_s))


def await_words(call: Call) -> Step:
    """The caller's turn is over: nobody shall wait long for a sound, however long its words take."""
    return replace(call, is_filler_set=True), (StartTimer(Timer.FILLER, call.patience.filler_s),)


def fill(call: Call) -> Step:
    """Say that the machine is at work; the reply follows it, whichever comes first."""
    variants = call.script.fillers
    text = variants[call.fillers % len(variants)]
    call = replace(call, fillers=call.fillers + 1)
    if call.phase is Phase.SPEAKING:
        # The reply is there; its sound is not.
        return call, (SayFirst(-call.say_id, text, call.delivery),)
    say_id = call.say_id + 1
    return replace(call, say_id=say_id), (Say(say_id, text, call.delivery),)


def think(call: Call, text: str) -> Step:
    """Hand the caller's turn to the dialogue engine and wait for what it says."""
    turn = call.turn + 1
    unheard = call.unplayed_text if call.was_cut_off else ""
    filler = () if call.is_filler_set else (StartTimer(Timer.FILLER, call.patience.filler_s),)
    call = replace(
        call,
        phase=Phase.THINKING,
        turn=turn,
        last_heard=text,
        early_text="",
        keys="",
        was_cut_off=False,
        held=None,
        was_noise_cut=False,
        was_talked_over=False,
        nod="",
        false_alarms=0,
        silences=0,
        unheard=0,
        noises=0,
    )
    return call, (
        CancelTimer(Timer.NO_INPUT),
        CancelTimer(Timer.KEYS),
        *filler,
        StartTimer(Timer.DIALOGUE, call.patience.dialogue_s),
        AskDialogue(turn, text, unheard),
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
    call = replace(call, was_talked_over=call.is_ducked and call.is_caller_talking)
    call, commands = unduck(call)
    done: tuple[Command, ...] = (
        *commands,
        CancelTimer(Timer.VOICE),
        CancelTimer(Timer.PLAYBACK),
        CancelTimer(Timer.PROTECTION),
    )
    if call.wanted_by:
        call, commands = announce_agent(call)
        return call, (*done, *commands)
    if call.is_rating_due:
        call, commands = ask_rating(call)
        return call, (*done, *commands)
    if call.after_speech is ActionType.HANGUP:
        return replace(call, phase=Phase.ENDED), (*done, HangUp("goodbye"))
    if call.after_speech is ActionType.TRANSFER:
        call, commands = transfer(call)
    elif call.early_text:
        call, commands = think(call, call.early_text)
    elif call.is_ending:
        call, commands = offer_person(call)
    else:
        call, commands = listen(call)
    return call, (*done, *commands)


def offer_person(call: Call) -> Step:
    """Say that the call must end soon, and how to reach a person; the last question still stands."""
    return say(replace(call, is_ending=False), call.script.ending, expect=call.expect)


def transfer(call: Call) -> Step:
    """Have the service called; the caller is asked to wait from time to time."""
    words = "" if call.last_heard.startswith("/") else call.last_heard
    call = replace(call, phase=Phase.TRANSFERRING, waits=0)
    wait = StartTimer(Timer.FILLER, call.patience.transfer_wait_s)
    if call.extension:
        return call, (TransferToAgent(call.extension, call.summary or words), wait)
    return call, (Transfer(call.service, call.summary or words), wait)


def ask_rating(call: Call) -> Step:
    """Ask whether the call helped; then it is over, whatever is answered."""
    call, commands = say(call, call.script.rating, then=ActionType.HANGUP)
    return replace(call, phase=Phase.RATING), commands


def announce_agent(call: Call, first: str = "", unasked: str = "") -> Step:
    """Say that a colleague takes over, then call the phone on their desk.

    first: what must be said before. unasked: a question that is put off by this, else what was said last.
    """
    if not unasked and call.after_speech is ActionType.NONE and call.phase is not Phase.GREETING:
        unasked = call.last_text
    extension = call.wanted_by
    return say(
        replace(call, wanted_by="", unasked=unasked, is_ducked=False, is_passed_on=False),
        f"{first} {call.script.agent_comes}".strip(),
        expect=call.expect,
        is_interruptible=False,
        then=ActionType.TRANSFER,
        extension=extension,
    )


def stay_with_machine(call: Call) -> Step:
    """The colleague does not answer: say so, and come back to where the call was."""
    question = call.unasked or call.script.how_can_i_help
    return say(replace(call, unasked=""), f"{call.script.agent_not_there} {question}", expect=call.expect)


def offer_callback(call: Call, outcome: TransferOutcome) -> Step:
    """The service does not take the call: say why, and let the dialogue note a call-back if it is wanted."""
    heard = call.last_heard
    call, commands = think(call, f'/request_callback{{"service": "{call.service}"}}')
    say_id = call.say_id + 1
    call = replace(call, say_id=say_id, last_heard=heard)
    return call, (Say(say_id, call.script.transfer_not_taken[outcome], call.delivery), *commands)


def keep(call: Call, text: str) -> Call:
    """Keep words for when they can be handled."""
    return replace(call, early_text=f"{call.early_text} {text}".strip())


def is_answer(call: Call, text: str) -> bool:
    """Whether words said over the end of the bot's question answer it."""
    settings = call.patience.interruptions
    return is_early_answer(text, call.expect, call.last_text, call.unplayed_text, settings)


def notice_nod(call: Call, text: str) -> Call:
    """Remember a yes that came too early in a yes/no question to be its answer for certain."""
    is_nod = call.expect is Expect.YES_NO and is_yes(text, call.expect, call.last_text)
    return replace(call, nod=text) if is_nod else call


def wish(call: Call, voice: VoiceWish) -> Call:
    """Change the voice for the rest of the call."""
    settings = call.delivery_settings
    rate = {RateWish.SLOWER: 1, RateWish.FASTER: -1}.get(voice.rate, 0)
    gain = {GainWish.LOUDER: 1, GainWish.SOFTER: -1}.get(voice.gain, 0)
    return replace(
        call,
        rate_step=min(max(call.rate_step + rate, 0), len(settings.rates) - 1),
        gain_step=min(max(call.gain_step + gain, 0), len(settings.gains_db) - 1),
    )
