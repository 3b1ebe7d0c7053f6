"""Every threshold of turn taking, in one place; each says what it trades and where it was measured.

Measured means docs/measurements.md and `bench/end_of_turn.py`, on 2 cores with Whisper base and Kokoro.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.call.types import Expect


@dataclass(frozen=True, slots=True)
class TurnTakingSettings:
    """When sound becomes a turn, and how long a turn may be.

    onset_probability: a chunk at or above it counts as speech while nobody speaks.
    offset_probability: lower, so that a weak syllable does not end a turn.
    onset_ms: so much speech within `onset_window_ms` starts a turn: two chunks of 32 ms, so that the bot
        lowers its voice in time: 71 ms after the onset in the median, 140 ms at 95 %, for 27 first words in
        noise at 25 dB. At a probability of 0.5 it was 208 ms at 95 %, and 240 ms with three chunks.
        Clicks, keys, coughs, tones and street noise stay below a probability of 0.3 in every chunk.
    pre_roll_ms: kept from before the onset, since the first consonant is often below the threshold.
    end_silence_ms: so much silence ends a turn where nothing is known of its words.
    max_turn_ms: a turn is cut there: hold music and noise never end by themselves.
    """

    onset_probability: float = 0.4
    offset_probability: float = 0.35
    onset_ms: int = 60
    onset_window_ms: int = 250
    pre_roll_ms: int = 400
    end_silence_ms: int = 700
    max_turn_ms: int = 30_000


def _by_expect() -> Mapping[Expect, int]:
    return MappingProxyType(
        {
            Expect.YES_NO: 450,
            Expect.OPEN: 650,
            Expect.NONE: 650,
            # What is read from a paper or a street sign comes in pieces.
            Expect.ADDRESS: 800,
            Expect.DIGITS: 1500,
            Expect.REFERENCE: 1500,
            Expect.NAME: 1200,
        }
    )


@dataclass(frozen=True, slots=True)
class EndOfTurnSettings:
    """How much silence ends the caller's turn. Shorter answers sooner and cuts off more people.

    by_expect_ms: when the words say neither that the turn is over nor that it is not.
    complete_ms: after words that answer the question whole: "oui, c'est ça", ten digits, a reference.
    yes_ms: after a bare yes, which people draw breath after ("Oui… pour les vélos, c'est dangereux"). With
        0.35 s for both, 11 of 25 sentences with pauses of 0.4 to 0.8 s were cut off, all but one after "oui".
    place_ms: after a street with its number; the place may be told more closely still.
    sentence_ms: after as many digits as were asked for, words instead of digits, or a bare no, which is often
        followed by what is right instead.
    unfinished_ms: after words that call for more ("au douze rue de la", "je voudrais savoir").
    dictated_ms: after a part of a phone number or a reference: people look at a paper between the groups.
    talked_over_ms: at most, while the bot goes on speaking: it waits to know whether it may.
    unheard_ms: while the words before the silence are not known yet. Waiting costs nothing until then, since
        nothing can be answered; it only bounds what a slow or dead recogniser may cost.
    """

    by_expect_ms: Mapping[Expect, int] = field(default_factory=_by_expect)
    complete_ms: int = 450
    yes_ms: int = 600
    place_ms: int = 500
    sentence_ms: int = 650
    unfinished_ms: int = 1500
    dictated_ms: int = 2000
    talked_over_ms: int = 350
    unheard_ms: int = 1000


@dataclass(frozen=True, slots=True)
class InterruptionSettings:
    """When somebody who speaks while the bot does stops it.

    duck_percent, duck_ramp_ms: how loud the bot goes on while it listens: low enough to show that it heard
        (-10 dB), loud enough to be understood if it was a cough.
    insist_ms: so much speech in words that are no back-channel stops the bot.
    unknown_ms: so much speech whose words are not known, or doubtful, stops it. A hum is mostly shorter
        (0.45 to 0.83 s for "hum hum" by ten voices), and its words mostly come by then.
    sure_confidence: words that the recogniser trusts less are doubtful: Whisper writes anything for a hum
        ("oh non", "au monde", "comment ?"), with 0.28 to 0.57; a bare "non" has 0.6 and more, sentences more.
    answer_letters: whoever says yes with no more than so much of the question left has answered it.
    protected_s: so long a legal or emergency notice cannot be cut short: whom to call has been said by then.
    """

    duck_percent: int = 30
    duck_ramp_ms: int = 60
    insist_ms: int = 600
    unknown_ms: int = 900
    sure_confidence: float = 0.6
    answer_letters: int = 40
    protected_s: float = 6.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call waits for what, in seconds. Each is a timer of `bot.call.events.Timer`.

    nod_s: of a caller who has said yes before the question was over, before that is the answer.
    no_input_s: of the caller, before a prompt (a gentle one first, then help, then goodbye).
    filler_s: after the caller's turn, before "Je regarde."; dialogue_s: of the dialogue engine, before an
        apology and a person.
    keys_s: between two keys of a number.
    recognition_s: of the recogniser, after the end of a turn: ten times what it needs on a loaded machine.
    voice_s: of the synthesizer, for its first sample; Kokoro needs up to 2 s for a long clause under load.
    playback_s: beyond the length of what was sent, for word that it was played.
    noise_s: of sound without a pause: longer than anybody speaks in one breath, shorter than a turn may be.
    cut_off_noise_s: the same after it stopped the bot, which goes on if there were no words in it.
    rating_s: of a caller who was asked to rate the call, before the machine hangs up.
    media_s: of a line that fell silent after it was said so, before the call is given up.
    transfer_wait_s: of a transfer, before each "Restez en ligne."; after eight of them it is given up.
    max_duration_s: of a whole call. last_words_s: before its end, to offer a person or a call-back; also how
        much longer a caller waits who is being put through when it ends.
    """

    no_input_s: float = 6.0
    nod_s: float = 2.0
    filler_s: float = 1.5
    dialogue_s: float = 8.0
    keys_s: float = 3.0
    recognition_s: float = 6.0
    voice_s: float = 5.0
    playback_s: float = 4.0
    noise_s: float = 20.0
    cut_off_noise_s: float = 5.0
    rating_s: float = 6.0
    media_s: float = 10.0
    transfer_wait_s: float = 12.0
    max_duration_s: float = 1800.0
    last_words_s: float = 120.0
    interruptions: InterruptionSettings = InterruptionSettings()


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How far a caller's wish to be spoken to more slowly or more loudly goes.

    rates: of the words, step by step; slower than the last, words fall apart. gains_db: of the sound; peaks
    are rounded off, so that more would only distort.
    """

    rates: tuple[float, ...] = (1.0, 0.85, 0.75)
    gains_db: tuple[float, ...] = (0.0, 5.0, 8.0)
