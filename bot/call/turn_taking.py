"""When the caller's turn starts and ends, from the activity detector's probabilities.

The only clock is the number of samples received.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.call.settings import TurnTakingSettings
from bot.call.types import SAMPLE_RATE_HZ

__all__ = ["TurnEnded", "TurnStarted", "TurnTaker", "TurnTakingSettings"]


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """at_sample: first sample of speech."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """speech_end_sample: end of the last speech; the turn was declared over some silence later."""

    speech_end_sample: int


class TurnTaker:
    """Follows one line. Feed it every chunk in order; it says when a turn starts and ends.

    patience_ms: how much silence ends the turn; may be changed at any time.
    """

    def __init__(self, settings: TurnTakingSettings) -> None:
        self.patience_ms = settings.end_silence_ms
        self.settings = settings
        self._recent_speech: list[tuple[int, int]] = []
        self._turn_start: int | None = None
        self._speech_end = 0
        self._speech_samples = 0

    @property
    def is_in_turn(self) -> bool:
        return self._turn_start is not None

    @property
    def speech_end_sample(self) -> int:
        """Where the last speech heard so far ends."""
        return self._speech_end

    @property
    def speech_ms(self) -> int:
        """How much speech this turn holds so far, its silences left out."""
        return self._speech_samples * 1000 // SAMPLE_RATE_HZ

    def push(self, probability: float, start_sample: int, n_samples: int) -> TurnStarted | TurnEnded | None:
        """Take the activity detector's word for the chunk that starts at `start_sample`."""
        end_sample = start_sample + n_samples
        if self._turn_start is None:
            return self._wait_for_onset(probability, start_sample, end_sample)
        if probability >= self.settings.offset_probability:
            self._speech_end = end_sample
            self._speech_samples += n_samples
        silence = end_sample - self._speech_end
        is_too_long = end_sample - self._turn_start >= _samples(self.settings.max_turn_ms)
        if silence < _samples(self.patience_ms) and not is_too_long:
            return None
        return self.cut()

    def cut(self) -> TurnEnded | None:
        """End the turn now, whatever is heard; None when there is none."""
        if self._turn_start is None:
            return None
        self._turn_start = None
        return TurnEnded(self._speech_end)

    def _wait_for_onset(self, probability: float, start: int, end: int) -> TurnStarted | None:
        oldest = end - _samples(self.settings.onset_window_ms)
        self._recent_speech = [chunk for chunk in self._recent_speech if chunk[0] >= oldest]
        if probability < self.settings.onset_probability:
            return None
        self._recent_speech.append((start, end))
        n_samples = sum(e - s for s, e in self._recent_speech)
        if n_samples < _samples(self.settings.onset_ms):
            return None
        self._turn_start = self._recent_speech[0][0]
        self._recent_speech = []
        self._speech_end = end
        self._speech_samples = n_samples
        return TurnStarted(self._turn_start)


def _samples(duration_ms: int) -> int:
    return duration_ms * SAMPLE_RATE_HZ // 1000
