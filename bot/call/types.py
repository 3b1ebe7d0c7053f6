"""The values a call is made of; all frozen, none knows a clock or an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.call.shown import Button, Card

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A run of mono speech samples.

    pcm: little-endian signed 16-bit, 2 * n_samples bytes.
    sample_rate_hz: 16000 inside the bot.
    start_sample: index of the first sample since the call was answered, counted at `sample_rate_hz`;
        0 for synthesized speech, which has no place in the call yet.
    text: the words of a synthesized clause as they were to be said, "" for what was heard.
    is_voice: False where the activity detector heard nobody; True, too, where none has listened.
    """

    pcm: bytes
    sample_rate_hz: int = SAMPLE_RATE_HZ
    start_sample: int = 0
    text: str = ""
    is_voice: bool = True

    @property
    def n_samples(self) -> int:
        return len(self.pcm) // 2

    @property
    def duration_s(self) -> float:
        return self.n_samples / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a recogniser understood of one stretch of the caller's speech.

    text: as recognised, "" when there were no words in it.
    confidence: 0 to 1, comparable only within one engine.
    start_sample, end_sample: where the speech lies in the call, at 16 kHz.
    is_final: False for a partial hypothesis that may still change.
    """

    text: str
    confidence: float
    start_sample: int
    end_sample: int
    is_final: bool = True


class Expect(StrEnum):
    """The kind of answer the last sentence of the bot asks for."""

    OPEN = "open"
    YES_NO = "yes_no"
    ADDRESS = "address"
    DIGITS = "digits"
    NAME = "name"
    REFERENCE = "reference"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Hints:
    """What the dialogue knows beforehand of the next utterance, for recognisers that can use it.

    phrases: words or names likely to be heard, most likely first.
    is_urgent: the bot is talking meanwhile, so first words are wanted before the caller pauses.
    """

    expect: Expect = Expect.OPEN
    phrases: tuple[str, ...] = ()
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a text is said. rate: of the words, 0.75 is slower by a quarter; gain_db: over the usual."""

    rate: float = 1.0
    gain_db: float = 0.0


USUAL_DELIVERY = Delivery()


class RateWish(StrEnum):
    """How fast the caller wants the bot to speak from now on."""

    SAME = "same"
    SLOWER = "slower"
    FASTER = "faster"


class GainWish(StrEnum):
    """How loud the caller wants the bot to be from now on."""

    SAME = "same"
    LOUDER = "louder"
    SOFTER = "softer"


@dataclass(frozen=True, slots=True)
class VoiceWish:
    """How the caller wants to be spoken to for the rest of the call."""

    rate: RateWish = RateWish.SAME
    gain: GainWish = GainWish.SAME


class ActionType(StrEnum):
    """What a reply asks of the call, besides being said."""

    NONE = "none"
    TRANSFER = "transfer"
    CALLBACK = "callback"
    HANGUP = "hangup"


@dataclass(frozen=True, slots=True)
class Reply:
    """All that the dialogue engine answered to one turn, folded into one.

    text: what is to be said, sentences separated by spaces; may be "" only if `action` is not NONE.
    service: whom a transfer goes to. summary: what to tell whoever answers there.
    understood: intent, confidence and entities as the engine reports them; for the record only.
    procedure: code of the procedure that is told, "" for none; for the record only.
    voice: what the caller wants of the voice; heard from this reply on.
    hints: what the answer to this reply is likely to hold, for the recogniser.
    ahead: what is likely to be said soon after it, for the voice to have ready.
    buttons, images (addresses), cards: for channels with a screen.
    """

    text: str
    expect: Expect = Expect.OPEN
    barge_in: bool = True
    action: ActionType = ActionType.NONE
    service: str = ""
    summary: str = ""
    understood: Mapping[str, Any] = field(default_factory=dict)
    procedure: str = ""
    voice: VoiceWish = VoiceWish()
    hints: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    images: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()


class Phase(StrEnum):
    """Where a call is in its life."""

    GREETING = "greeting"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    TRANSFERRING = "transferring"
    RATING = "rating"
    ENDED = "ended"
