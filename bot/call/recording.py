"""The caller refuses that the call is recorded, by key 9 or in words; pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.call import keypad
from bot.call.commands import Say, StopRecording, StopSaying
from bot.call.events import CallerSpoke, DtmfPressed, Event
from bot.call.phases import moves
from bot.call.state import Call, Step
from bot.call.types import Phase

REFUSE_KEY = "9"
_RECORDING = r"enregistr\w*"
_REFUSAL = re.compile(
    rf"\b(?:refuse\w*|pas|non|arr[êe]te[zr]?|stop\w*|sans|contre|oppose)\b(?:\W+\w+){{0,6}}?\W+(?:l')?{_RECORDING}"
    rf"|\b{_RECORDING}\W+(?:\w+\W+){{0,3}}?(?:non|pas|refuse)\b",
    re.IGNORECASE,
)


def is_refusal(call: Call, event: Event) -> bool:
    """Whether this event asks that nothing be kept of a call that is recorded."""
    if not call.is_recorded:
        return False
    match event:
        case CallerSpoke(utterance=utterance):
            return bool(_REFUSAL.search(utterance.text))
        case DtmfPressed(digit=digit):
            # A number that is being typed may hold a 9.
            return digit == REFUSE_KEY and call.expect not in keypad.DICTATED
    return False


def refuse(call: Call) -> Step:
    """Stop and drop the recording, say so, and go on where the call was."""
    call = replace(call, is_recorded=False)
    told = call.script.recording_refused
    if call.phase in (Phase.SPEAKING, Phase.LISTENING):
        rest = call.unplayed_text if call.phase is Phase.SPEAKING else ""
        call, commands = moves.say(
            call,
            f"{told} {rest}".strip(),
            expect=call.expect,
            then=call.after_speech,
            service=call.service,
            summary=call.summary,
        )
        return call, (StopRecording(), StopSaying(), *commands)
    # After the notice that a machine answers; or before an answer that is on its way.
    say_id = call.say_id + 1
    return replace(call, say_id=say_id), (StopRecording(), Say(say_id, told, call.delivery))
