"""Slower and louder speech is still the same speech."""

import numpy as np
import pytest

from bot.call.types import Delivery
from bot.speech.delivery import amplify, deliver
from bot.speech.resample import to_float, to_pcm
from bot.speech.tempo import change_tempo

RATE_HZ = 16_000


def hum(hz: float = 150.0, duration_s: float = 2.0, level: float = 0.3) -> np.ndarray:
    """A voice-like sound: a fundamental with overtones."""
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    waves = sum(np.sin(2 * np.pi * hz * n * times_s) / n for n in (1, 2, 3))
    return (level * waves / 2).astype(np.float32)


def pitch_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE_HZ / len(samples)


@pytest.mark.parametrize("rate", [0.75, 0.85, 1.25])
def test_tempo_changes_length_and_leaves_pitch_and_loudness(rate: float) -> None:
    sound = hum()
    changed = change_tempo(sound, rate)
    assert len(changed) == pytest.approx(len(sound) / rate, rel=0.03)
    middle = slice(RATE_HZ // 4, -RATE_HZ // 4)
    assert pitch_hz(changed[middle]) == pytest.approx(150, abs=3)
    assert np.std(changed[middle]) == pytest.approx(np.std(sound), rel=0.1)


def test_the_usual_tempo_and_what_is_too_short_stay_as_they_are() -> None:
    sound = hum()
    assert change_tempo(sound, 1.0) is sound
    assert len(change_tempo(sound[:500], 0.75)) == 500


@pytest.mark.parametrize("rate", [0.0, 0.4, 3.0])
def test_a_tempo_that_nobody_understands_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        change_tempo(hum(), rate)


def test_louder_is_louder_and_never_cut_off() -> None:
    quiet = hum(level=0.1)
    assert np.std(amplify(quiet, 6.0)) == pytest.approx(2 * np.std(quiet), rel=0.01)
    loud = amplify(hum(level=0.9), 8.0)
    assert 0.9 < np.max(np.abs(loud)) < 1.0


def test_who_wishes_nothing_hears_the_samples_themselves() -> None:
    pcm = to_pcm(hum())
    assert deliver(pcm, Delivery()) is pcm


def test_a_wish_is_heard() -> None:
    pcm = to_pcm(hum(level=0.1))
    slow_and_loud = deliver(pcm, Delivery(0.75, 5.0))
    assert len(slow_and_loud) == pytest.approx(len(pcm) / 0.75, rel=0.03)
    assert np.std(to_float(slow_and_loud)) > 1.5 * np.std(to_float(pcm))
