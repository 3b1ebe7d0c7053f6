"""What keeps a call from getting stuck: each part that may fail has a clock or a count here; pure.

| what may fail                | noticed by                              | what follows                    |
|------------------------------|-----------------------------------------|---------------------------------|
| the line is not received     | MediaLost, then Timer.MEDIA             | said so, then goodbye           |
| a sound that never ends      | Timer.NOISE                             | its turn is cut; keys; a person |
| the recogniser hangs, breaks | Timer.RECOGNITION, RecognitionFailed    | asked again; keys; a person     |
| the answer is slow to come   | Timer.FILLER (until something is heard) | a filler                        |
| the dialogue engine is slow  | Timer.DIALOGUE (thinking)               | an apology, a person            |
| the voice hangs, breaks      | Timer.VOICE, SynthesisFailed            | an apology; telephony's own     |
| word of playing never comes  | Timer.PLAYBACK                          | taken for played                |
| the caller is silent         | Timer.NO_INPUT (listening)              | two prompts, then goodbye       |
| a transfer is never answered | Timer.FILLER (transferring)             | taken for refused               |
| the call never ends          | Timer.ENDING, Timer.MAX_DURATION        | offer of a person; goodbye      |
"""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import (
    Abandon,
    CancelTimer,
    Command,
    CutTurn,
    RequestCallback,
    RestartEars,
    StartTimer,
    StopSaying,
)
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    CallerStopped,
    CallerWentOn,
    Event,
    MediaBack,
    MediaLost,
    PartlyHeard,
    PlaybackEnded,
    RecognitionFailed,
    SpeechSent,
    SpeechStarted,
    SynthesisFailed,
    Timer,
    TimerFired,
)
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import ActionType, Phase

MUTE_BEFORE_ABANDONING = 2
_SAYING = (Phase.GREETING, Phase.SPEAKING, Phase.RATING)


def watch(call: Call, event: Event) -> Step:
    """Keep the clocks of what begins and ends with this event."""
    match event:
        case CallerStarted():
            call = replace(call, open_turns=call.open_turns + 1, partial_text="", speech_ms=0)
            return call, (StartTimer(Timer.NOISE, call.patience.noise_s),)
        case CallerWentOn(speech_ms=speech_ms):
            return replace(call, speech_ms=speech_ms), ()
        case PartlyHeard(utterance=utterance):
            heard = replace(call, partial_text=utterance.text, partial_confidence=utterance.confidence)
            return heard, ()
        case CallerStopped():
            clock = StartTimer(Timer.RECOGNITION, call.patience.recognition_s)
            return call, (CancelTimer(Timer.NOISE), clock)
        case CallerSpoke():
            return _understood(replace(call, deaf=0))
        case RecognitionFailed():
            return _understood(replace(call, deaf=call.deaf + 1))
        case SpeechStarted(say_id=say_id) if say_id == call.say_id:
            return replace(call, mute=0), (CancelTimer(Timer.VOICE), *_protect(call))
        case SpeechSent(say_id=say_id, for_s=for_s) if say_id == call.say_id and call.phase in _SAYING:
            return call, (StartTimer(Timer.PLAYBACK, for_s + call.patience.playback_s),)
        case PlaybackEnded(say_id=say_id) if say_id == call.say_id:
            return call, (CancelTimer(Timer.PLAYBACK),)
    return call, ()


def replaced(call: Call, event: Event) -> tuple[Call, Event, tuple[Command, ...]]:
    """Return the event, known to phases, that a clock run out amounts to, and what comes first."""
    match event:
        case TimerFired(timer=Timer.RECOGNITION):
            call = replace(call, open_turns=0, deaf=call.deaf + 1)
            return call, RecognitionFailed(), (RestartEars(), CancelTimer(Timer.NOISE))
        case TimerFired(timer=Timer.VOICE):
            return call, SynthesisFailed(call.say_id), (StopSaying(),)
        case TimerFired(timer=Timer.PLAYBACK):
            return call, PlaybackEnded(call.say_id), ()
        case TimerFired(timer=Timer.NOISE):
            return replace(call, was_noise_cut=True), event, (CutTurn(),)
    return call, event, ()


def decide(call: Call, event: Event) -> Step | None:
    """Return what follows from a failure whatever the phase; None when the phase must decide."""
    match event:
        case SynthesisFailed(say_id=say_id) if say_id == call.say_id and call.phase in _SAYING:
            return _mute(call)
        case MediaLost():
            return _line_lost(call)
        case MediaBack():
            return _line_back(call)
        case TimerFired(timer=Timer.MEDIA):
            return goodbye(call, call.script.no_media_goodbye)
        case TimerFired(timer=Timer.ENDING):
            call = replace(call, is_ending=True)
            is_free = call.phase is Phase.LISTENING and not call.is_caller_talking and not call.keys
            return moves.offer_person(call) if is_free else (call, ())
        case TimerFired(timer=Timer.MAX_DURATION) if call.phase is Phase.TRANSFERRING:
            # Somebody is being called for this caller, who waits a little longer.
            return call, (StartTimer(Timer.MAX_DURATION, call.patience.last_words_s),)
        case TimerFired(timer=Timer.MAX_DURATION):
            return goodbye(call, call.script.too_long_goodbye)
    return None


def goodbye(call: Call, text: str) -> Step:
    """Say a last sentence, over everything else."""
    call, commands = moves.say(call, text, is_interruptible=False, then=ActionType.HANGUP)
    return call, (CancelTimer(Timer.FILLER), CancelTimer(Timer.DIALOGUE), StopSaying(), *commands)


def _understood(call: Call) -> Step:
    call = replace(call, open_turns=max(0, call.open_turns - 1))
    return call, () if call.open_turns else (CancelTimer(Timer.RECOGNITION),)


def _protect(call: Call) -> tuple[Command, ...]:
    """A notice cannot be cut short in its first seconds; what ends the call or hands it over, not at all."""
    is_notice = call.phase is Phase.SPEAKING and not call.is_interruptible
    if is_notice and call.after_speech is ActionType.NONE:
        return (StartTimer(Timer.PROTECTION, call.patience.interruptions.protected_s),)
    return ()


def _mute(call: Call) -> Step:
    """What was to be said has no voice."""
    call = replace(call, mute=call.mute + 1)
    if call.mute >= MUTE_BEFORE_ABANDONING:
        promise = (RequestCallback(call.last_heard),) if call.caller and call.turn else ()
        return replace(call, phase=Phase.ENDED), (*promise, Abandon())
    if call.phase is Phase.GREETING:
        return moves.greet(call)
    if call.after_speech is not ActionType.NONE:
        return moves.finish_speech(call)
    return moves.say(call, call.script.apology, expect=call.expect)


def _line_lost(call: Call) -> Step:
    if call.phase is Phase.TRANSFERRING:
        return call, ()
    call = replace(call, is_media_lost=True)
    clocks = (CancelTimer(Timer.NO_INPUT), StartTimer(Timer.MEDIA, call.patience.media_s))
    if call.phase is not Phase.LISTENING:
        return call, clocks
    call, commands = moves.say(call, call.script.media_lost, expect=call.expect)
    return call, (*clocks, *commands)


def _line_back(call: Call) -> Step:
    if not call.is_media_lost:
        return call, ()
    call = replace(call, is_media_lost=False)
    if call.phase is not Phase.LISTENING:
        return call, (CancelTimer(Timer.MEDIA),)
    call, commands = moves.say(call, call.script.media_back, expect=call.expect)
    return call, (CancelTimer(Timer.MEDIA), *commands)
