"""Silences are measured from samples, as they were heard."""

import wave
from pathlib import Path

import numpy as np
import pytest

from bot.simulate.recording import Recording, Stretch, read_recording, stretches
from bot.simulate.script import Answer, Answers, CallerScript

RATE_HZ = 16_000


def sound(*pieces: tuple[int, float]) -> np.ndarray:
    """Return noise of the given levels. pieces: (duration in ms, level)."""
    generator = np.random.default_rng(1)
    runs = [generator.normal(0, 1, RATE_HZ * ms // 1000) * level for ms, level in pieces]
    return np.concatenate(runs).astype(np.int16)


def test_speech_is_found_to_the_window() -> None:
    samples = sound((500, 0), (300, 3000), (1000, 0), (200, 3000), (500, 0))
    assert stretches(samples, RATE_HZ) == (Stretch(500, 800), Stretch(1800, 2000))


def test_gaps_inside_a_sentence_do_not_split_it() -> None:
    samples = sound((100, 0), (300, 3000), (500, 0), (300, 3000), (100, 0))
    assert stretches(samples, RATE_HZ) == (Stretch(100, 1200),)


def test_noise_is_not_speech() -> None:
    samples = sound((1000, 200), (500, 6000), (1000, 200))
    assert stretches(samples, RATE_HZ) == (Stretch(1000, 1500),)


def test_silences_are_counted_from_the_callers_last_sample_to_the_answers_first() -> None:
    recording = Recording(
        caller=(Stretch(5000, 6000), Stretch(9000, 9500), Stretch(12_000, 13_000)),
        # The second stretch of the caller interrupts the bot, so nothing was waited for.
        bot=(Stretch(200, 4000), Stretch(7200, 9800), Stretch(14_100, 15_000)),
    )
    assert recording.silences_ms() == [1200, 1100]
    assert recording.stops_ms() == [800]
    assert recording.first_audio_ms() == 200


def test_a_turn_that_the_caller_went_on_after_has_no_answer() -> None:
    recording = Recording(caller=(Stretch(0, 100), Stretch(1000, 1100)), bot=(Stretch(2000, 2100),))
    assert recording.silences_ms() == [900]


def test_a_recording_is_read_with_the_caller_on_the_left(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    left = sound((100, 0), (200, 3000), (700, 0))
    right = sound((600, 0), (200, 3000), (200, 0))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.stack([left, right], axis=1).tobytes())
    assert read_recording(path) == Recording((Stretch(100, 300),), (Stretch(600, 800),))


def test_answers_are_chosen_by_what_is_heard_and_used_up() -> None:
    script = CallerScript(
        name="x",
        goal="reference",
        answers=(
            Answer(hears="où|adresse", says="rue de la République"),
            Answer(hears="adresse", says="là-bas"),
        ),
    )
    answers = Answers(script)
    first, second = answers.choose("À quelle ADRESSE ?"), answers.choose("quelle adresse")
    assert [first and first.says, second and second.says] == ["rue de la République", "là-bas"]
    assert answers.choose("quelle adresse") is None


def test_a_broken_pattern_is_refused_when_the_script_is_read() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        Answer(hears="(", says="x")
