"""Samples on their way in and out of engines: formats, rates, silence, levels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.loudness import Loudness
from bot.speech.resample import Samples, StreamResampler, resample, to_float, to_pcm
from bot.speech.speakers import add_noise
from bot.speech.vad_silero import SileroDetector
from bot.speech.voice import trim_silence

RATE_HZ = 16_000


def tone(duration_s: float, level: float = 0.1, hz: float = 440.0, rate_hz: int = RATE_HZ) -> Samples:
    times = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * hz * times)).astype(np.float32)


def silence(duration_s: float, rate_hz: int = RATE_HZ) -> Samples:
    return np.zeros(round(duration_s * rate_hz), dtype=np.float32)


def noise(duration_s: float, level: float) -> Samples:
    generator = np.random.default_rng(7)
    return (level * generator.standard_normal(round(duration_s * RATE_HZ))).astype(np.float32)


@given(st.binary(max_size=200).filter(lambda pcm: len(pcm) % 2 == 0))
def test_samples_survive_the_way_to_float_and_back(pcm: bytes) -> None:
    assert to_pcm(to_float(pcm)) == pcm


def test_what_is_too_loud_is_clipped_not_wrapped() -> None:
    assert to_pcm(np.array([2.0, -2.0], dtype=np.float32)) == np.array([32767, -32768], dtype="<i2").tobytes()


@pytest.mark.parametrize("from_hz", [8_000, 22_050, 24_000])
def test_resampling_keeps_duration_and_pitch(from_hz: int) -> None:
    resampled = resample(tone(1.0, rate_hz=from_hz), from_hz)
    assert abs(len(resampled) - RATE_HZ) <= 1
    spectrum = np.abs(np.fft.rfft(resampled))
    assert abs(int(np.argmax(spectrum)) * RATE_HZ / len(resampled) - 440) <= 1


def test_a_stream_resampled_in_pieces_is_the_whole_resampled_at_once() -> None:
    pcm = to_pcm(tone(0.5, rate_hz=8_000))
    stream = StreamResampler(8_000)
    pieces = [stream.push(pcm[start : start + 320]) for start in range(0, len(pcm), 320)]
    streamed = to_float(b"".join([*pieces, stream.push(b"", is_last=True)]))
    whole = resample(to_float(pcm), 8_000)
    assert abs(len(streamed) - len(whole)) <= 1
    n_samples = min(len(streamed), len(whole))
    assert np.max(np.abs(streamed[:n_samples] - whole[:n_samples])) < 2e-3


def test_silence_around_speech_is_cut_to_20_ms() -> None:
    speech = tone(0.5)
    trimmed = trim_silence(np.concatenate([silence(0.38), speech, silence(0.3)]), RATE_HZ)
    assert len(trimmed) == len(speech) + 2 * 320


def test_silence_alone_is_nothing() -> None:
    assert trim_silence(silence(0.3), RATE_HZ).size == 0


def heard(*parts: Samples, voice_until_s: float = np.inf) -> Loudness:
    """voice_until_s: how long the activity detector hears somebody."""
    loudness = Loudness()
    pcm = to_pcm(np.concatenate(parts))
    for start in range(0, len(pcm), 1024):
        loudness.push(pcm[start : start + 1024], is_voice=start / 2 / RATE_HZ < voice_until_s)
    return loudness


def test_where_the_voice_ends() -> None:
    loudness = heard(silence(0.3), tone(0.7), silence(0.4))
    assert loudness.voice_end_sample() == RATE_HZ
    assert loudness.quiet_samples() == pytest.approx(0.4 * RATE_HZ, abs=512)


def test_a_bang_after_the_voice_is_no_voice_where_the_detector_heard_nobody() -> None:
    bang = (silence(0.3), tone(0.7), silence(0.4), tone(0.1))
    assert heard(*bang).quiet_samples() == 0
    loudness = heard(*bang, voice_until_s=1.1)
    assert loudness.voice_end_sample() == RATE_HZ
    assert heard(*bang, voice_until_s=0.0).voice_end_sample() == 0


def test_where_the_voice_ends_in_noise() -> None:
    background = noise(1.4, 0.01)
    voice = np.concatenate([silence(0.3), tone(0.7), silence(0.4)])
    assert heard(voice + background).voice_end_sample() == pytest.approx(RATE_HZ, abs=160)


@pytest.mark.parametrize(
    "sound",
    [silence(1.0), noise(1.0, 0.0005), noise(1.0, 0.1), tone(1.0, 0.2), np.zeros(0, dtype=np.float32)],
    ids=["silence", "line noise", "loud steady noise", "hum", "nothing"],
)
def test_what_cannot_be_speech(sound: Samples) -> None:
    loudness = heard(sound)
    assert not loudness.may_be_speech()
    assert loudness.voice_end_sample() == 0


def test_a_quiet_caller_may_still_be_speaking() -> None:
    assert heard(noise(0.5, 0.0003), tone(0.5, 0.006), noise(0.5, 0.0003)).may_be_speech()


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 20.0])
def test_noise_is_added_at_the_asked_level(snr_db: float) -> None:
    speech = tone(1.0)
    added = add_noise(speech, snr_db) - speech
    measured_db = 10 * np.log10(np.mean(speech**2) / np.mean(added**2))
    assert measured_db == pytest.approx(snr_db, abs=0.1)


def test_the_activity_detector_takes_chunks_of_512_samples_only() -> None:
    detector = SileroDetector()
    assert detector.chunk_samples == 512
    assert detector.probability(bytes(1024)) < 0.1
    with pytest.raises(ValueError, match="expected 512 samples, got 320"):
        detector.probability(bytes(640))


def test_a_call_s_activity_detector_knows_nothing_of_the_call_before() -> None:
    sound = np.random.default_rng(4).normal(0, 3000, 10 * 512).astype("<i2").tobytes()
    chunks = [sound[at : at + 1024] for at in range(0, len(sound), 1024)]
    first = SileroDetector()
    fresh = [first.probability(chunk) for chunk in chunks]
    first.close()
    second = SileroDetector()
    assert [second.probability(chunk) for chunk in chunks] == fresh
