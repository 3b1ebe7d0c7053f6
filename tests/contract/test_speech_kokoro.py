"""Kokoro as it runs in calls: the same speech after the rewrite, words that are understood, many speakers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import onnx
import pytest

from bot.settings import Settings
from bot.speech.corpus import word_error_rate
from bot.speech.resample import resample, to_float
from bot.speech.speakers import SPEAKERS, Studio
from bot.speech.synthesizer_kokoro import FRENCH_VOICE, RATE_HZ, KokoroModel, load_style
from bot.speech.text_for_voice import text_for_voice
from bot.speech.whisper_decoder import WhisperDecoder
from bot.speech.whisper_prompt import STYLE
from tests.audio.telephone import through_the_telephone
from tts_voices.errors import SourceError
from tts_voices.installed import InstalledModel
from tts_voices.kokoro_build import INT8_NAME, MAX_DISTANCE_DB, build
from tts_voices.kokoro_float32 import rewrite, write_float32
from tts_voices.log_mel import mel_distance_db

pytestmark = pytest.mark.speech

SENTENCES = (
    "Bonjour, vous êtes bien à la mairie de Nîmes.",
    "Votre demande est notée, un agent vous rappellera demain matin.",
    "Le numéro est le 04 66 76 70 01.",
)


@pytest.fixture(scope="module")
def kokoro(install_model: Callable[[str], InstalledModel]) -> InstalledModel:
    return install_model("kokoro-82m")


@pytest.fixture(scope="module")
def whisper(install_model: Callable[[str], InstalledModel]) -> WhisperDecoder:
    return WhisperDecoder(install_model("whisper-base").folder, "fr", n_threads=2, n_parallel=1)


@pytest.fixture(scope="module")
def studio(install_model: Callable[[str], InstalledModel], kokoro: InstalledModel) -> Studio:
    install_model("kokoro-speakers")
    return Studio(Settings().models_path, Settings().var_dir / "cache" / "speakers")


def test_the_rewritten_model_says_the_same(kokoro: InstalledModel, tmp_path: Path) -> None:
    style = load_style(kokoro.folder, FRENCH_VOICE)
    write_float32(kokoro.folder / INT8_NAME, tmp_path / "float32.onnx")
    models = (kokoro.folder / INT8_NAME, tmp_path / "float32.onnx")
    int8, float32 = (KokoroModel(kokoro.folder, 2, model) for model in models)
    spoken = [text_for_voice(sentence) for sentence in SENTENCES]
    said = [(int8.synthesize(text, style), float32.synthesize(text, style)) for text in spoken]
    assert all(mel_distance_db(one, other) <= MAX_DISTANCE_DB for one, other in said)
    assert mel_distance_db(said[0][0], said[1][0][: len(said[0][0])]) > 2 * MAX_DISTANCE_DB


def test_the_model_chosen_for_this_machine_says_the_same_too(kokoro: InstalledModel) -> None:
    style = load_style(kokoro.folder, FRENCH_VOICE)
    chosen, int8 = (KokoroModel(kokoro.folder, 2, model) for model in (None, kokoro.folder / INT8_NAME))
    said = [model.synthesize("Bonjour.", style) for model in (chosen, int8)]
    assert mel_distance_db(*said) <= MAX_DISTANCE_DB


def test_every_quantized_convolution_is_rewritten(kokoro: InstalledModel) -> None:
    model = onnx.load(kokoro.folder / INT8_NAME)
    n_convolutions = sum(node.op_type == "ConvInteger" for node in model.graph.node)
    assert rewrite(model) == n_convolutions == 87
    assert not any(node.op_type == "ConvInteger" for node in model.graph.node)
    onnx.checker.check_model(model)


def test_a_rewrite_further_away_than_allowed_leaves_nothing(kokoro: InstalledModel, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="dB away"):
        build(kokoro.folder, tmp_path / "model.onnx", max_distance_db=0.1)
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_is_understood_over_the_telephone(
    kokoro: InstalledModel, whisper: WhisperDecoder
) -> None:
    model, style = KokoroModel(kokoro.folder, 2), load_style(kokoro.folder, FRENCH_VOICE)
    pairs = []
    for sentence in SENTENCES:
        samples = resample(model.synthesize(text_for_voice(sentence), style), RATE_HZ)
        pairs.append((sentence, whisper.decode(through_the_telephone(samples), STYLE).text))
    assert word_error_rate(pairs) <= 0.15


def test_ten_callers_are_understood_over_the_telephone(studio: Studio, whisper: WhisperDecoder) -> None:
    text = "Je voudrais parler à quelqu'un, s'il vous plaît."
    said = {name: to_float(studio.render(text, name).pcm) for name in SPEAKERS}
    errors = {
        name: word_error_rate([(text, whisper.decode(through_the_telephone(samples), STYLE).text)])
        for name, samples in said.items()
    }
    assert len(errors) >= 8
    assert all(error <= 0.5 for error in errors.values()), errors
    assert sum(errors.values()) / len(errors) <= 0.2, errors


def test_no_two_callers_sound_alike(studio: Studio) -> None:
    said = [
        to_float(studio.render("Je voudrais parler à quelqu'un, s'il vous plaît.", name).pcm)
        for name in SPEAKERS
    ]
    assert min(mel_distance_db(one, other) for one, other in combinations(said, 2)) > MAX_DISTANCE_DB


def test_a_caller_s_noise_is_the_same_each_time(studio: Studio) -> None:
    noisy = [studio.render("Oui.", "Karim", snr_db=10) for _ in range(2)]
    assert noisy[0] == noisy[1]
    assert noisy[0] != studio.render("Oui.", "Karim")
