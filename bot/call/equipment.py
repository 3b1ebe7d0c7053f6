"""What all calls of a bot share: engines, the city's sentences and lists, and how patient it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.call.end_of_turn import EndOfTurn
from bot.call.events import EmergencyHeard
from bot.call.protocols import Callbacks, Dialogue, Recognizer, Synthesizer, VoiceActivityDetector
from bot.call.state import Patience, Script
from bot.call.turn_taking import TurnTakingSettings
from bot.call.types import Expect


@dataclass(frozen=True, slots=True)
class Equipment:
    """All that calls share.

    find_emergency: takes what was heard and whether it is final. end_of_turn: None for a fixed silence.
    names_near: names that sound like what was heard in answer to such a question. transfer_targets: service
    code to SIP address; "" is the fallback line. agent_targets: the same for the desks of people of the city.
    is_passed_on: the call goes to the fallback line.
    """

    recognizer: Recognizer
    synthesizer: Synthesizer
    new_detector: Callable[[], VoiceActivityDetector]
    dialogue: Dialogue
    callbacks: Callbacks
    normalise: Callable[[str], str]
    find_emergency: Callable[[str, bool], EmergencyHeard | None]
    script: Script
    patience: Patience
    turn_taking: TurnTakingSettings
    transfer_targets: Mapping[str, str]
    agent_targets: Mapping[str, str] = field(default_factory=dict)
    end_of_turn: EndOfTurn | None = None
    names_near: Callable[[Expect, str], tuple[str, ...]] = lambda expect, heard: ()
    is_passed_on: bool = False
