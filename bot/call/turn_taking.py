"""When the caller's turn starts and ends, from the activity detector's probabilities.

The only clock is the number of samples received.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.call.types import SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class TurnTakingSettings:
    """When sound becomes a turn and when the turn is over.

    onset_probability: a chunk at or above it counts as speech while nobody speaks.
    offset_probability: lower, so that a weak syllable does not end a turn.
    onset_ms: so much speech within `onset_window_ms` starts a turn: shorter is a click.
    pre_roll_ms: kept from before the onset, since the first consonant is often below the threshold.
    end_silence_ms: so much silence ends a turn.
    max_turn_ms: a turn is cut there: hold music and noise never end by themselves.
    """

    onset_probability: float = 0.5
    offset_probability: float = 0.35
    onset_ms: int = 120
    onset_window_ms: int = 250
    pre_roll_ms: int = 400
    end_silence_ms: int = 700
    max_turn_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """at_sample: first sample of speech."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """speech_end_sample: end of the last speech; the turn was declared over `end_silence_ms` later."""

    speech_end_sample: int


class TurnTaker:
    """Follows one line. Feed it every chunk in order; it says when a turn starts and ends."""

    def __init__(self, settings: TurnTakingSettings) -> None:
        self._settings = settings
        self._recent_speech: list[tuple[int, int]] = []
        self._turn_start: int | None = None
        self._speech_end = 0

    @property
    def is_in_turn(self) -> bool:
        return self._turn_start is not None

    def push(self, probability: float, start_sample: int, n_samples: int) -> TurnStarted | TurnEnded | None:
        """Take the activity detector's word for the chunk that starts at `start_sample`."""
        end_sample = start_sample + n_samples
        if self._turn_start is None:
            return self._wait_for_onset(probability, start_sample, end_sample)
        if probability >= self._settings.offset_probability:
            self._speech_end = end_sample
        silence = end_sample - self._speech_end
        is_too_long = end_sample - self._turn_start >= _samples(self._settings.max_turn_ms)
        if silence < _samples(self._settings.end_silence_ms) and not is_too_long:
            return None
        self._turn_start = None
        return TurnEnded(self._speech_end)

    def _wait_for_onset(self, probability: float, start: int, end: int) -> TurnStarted | None:
        oldest = end - _samples(self._settings.onset_window_ms)
        self._recent_speech = [chunk for chunk in self._recent_speech if chunk[0] >= oldest]
        if probability < self._settings.onset_probability:
            return None
        self._recent_speech.append((start, end))
        if sum(e - s for s, e in self._recent_speech) < _samples(self._settings.onset_ms):
            return None
        self._turn_start = self._recent_speech[0][0]
        self._recent_speech = []
        self._speech_end = end
        return TurnStarted(self._turn_start)


def _samples(duration_ms: int) -> int:
    return duration_ms * SAMPLE_RATE_HZ // 1000
