"""How much silence ends a turn, and how many pauses inside turns would be taken for their end.

`.venv/bin/python -m bench.end_of_turn [--smart-turn smart-turn-v3.2-cpu.onnx]`. The turns of
tests/data/turns.yml are rendered, limited to the telephone's band and heard up to 200 ms into each silence.
For each way to judge: the silence it waits for after finished turns, and the share of unfinished ones that it
cuts off when their pause lasts 0.5, 0.8 or 1.2 s. Smart Turn's model is a file of PyPI's pipecat-ai wheel.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from faster_whisper.feature_extractor import FeatureExtractor
from rich.console import Console
from rich.table import Table

from bot.call.end_of_turn import EndOfTurn
from bot.call.settings import EndOfTurnSettings
from bot.call.types import SAMPLE_RATE_HZ, Expect, Hints
from bot.dialogue.answers import Answers
from bot.settings import Settings
from bot.speech.factory import engine_threads
from bot.speech.onnx_session import open_session
from bot.speech.resample import Samples, resample, to_float
from bot.speech.speakers import Studio
from bot.speech.whisper_decoder import WhisperDecoder
from bot.speech.whisper_prompt import prompt_for
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import load_city
from tts_voices.installed import resolve_model

TURNS = Path(__file__).parents[1] / "tests" / "data" / "turns.yml"
SPEAKERS = ("Claire", "Karim", "Marcel", "Manon")
PAUSE = np.zeros(SAMPLE_RATE_HZ * 45 // 100, dtype=np.float32)
HEARD_SILENCE = np.zeros(SAMPLE_RATE_HZ * 20 // 100, dtype=np.float32)
PAUSES_MS = (500, 800, 1200)
SMART_TURN_S = 8
SURE = 0.5


@dataclass(frozen=True)
class Heard:
    """What is known at one silence. probability: Smart Turn's, that the turn is over; None without it."""

    expect: Expect
    is_over: bool
    text: str
    probability: float | None


def silences(studio: Studio) -> Iterator[tuple[Expect, bool, Samples]]:
    """Yield the question, whether the turn is over, and all that was heard of it; two speakers per turn."""
    for number, row in enumerate(yaml.safe_load(TURNS.read_text(encoding="utf-8"))):
        parts = [part.strip() for part in row["says"].split("|")]
        for speaker in SPEAKERS[number % 2 :: 2]:
            heard = [PAUSE]
            for i, part in enumerate(parts):
                is_over = i == len(parts) - 1
                # A comma keeps the voice up, as people do who are about to go on.
                pcm = studio.render(part if is_over else f"{part.rstrip(',')},", speaker).pcm
                heard.append(to_float(pcm))
                narrow = resample(np.concatenate([*heard, HEARD_SILENCE]), SAMPLE_RATE_HZ, 8_000)
                yield Expect(row["expect"]), is_over, resample(narrow, 8_000)
                heard.append(PAUSE)


class SmartTurn:
    """Smart Turn v3: whether somebody has finished, from the sound of the last 8 s."""

    def __init__(self, model: Path) -> None:
        self._session = open_session(model, 1)
        self._features = FeatureExtractor(chunk_length=SMART_TURN_S)

    def probability(self, samples: Samples) -> float:
        n_samples = SMART_TURN_S * SAMPLE_RATE_HZ
        last = samples[-n_samples:]
        window = np.pad(last, (n_samples - len(last), 0))
        window = (window - window.mean()) / np.sqrt(window.var() + 1e-7)
        features = self._features(window.astype(np.float32), padding=0)[None, :, : SMART_TURN_S * 100]
        return float(np.ravel(self._session.run(None, {"input_features": features})[0])[0])


def hear_all(smart_turn: SmartTurn | None) -> list[Heard]:
    settings = Settings()
    studio = Studio(settings.models_path, settings.var_dir / "speakers")
    folder = resolve_model(settings.models_path, "whisper-base").folder
    decoder = WhisperDecoder(folder, "fr", engine_threads(), n_parallel=1)
    heard, words_s, sound_s = [], [], []
    for expect, is_over, samples in silences(studio):
        started_s = time.perf_counter()
        text = decoder.decode(samples, prompt_for(Hints(expect))).text
        decoded_s = time.perf_counter()
        probability = smart_turn.probability(samples) if smart_turn else None
        words_s.append(decoded_s - started_s)
        sound_s.append(time.perf_counter() - decoded_s)
        heard.append(Heard(expect, is_over, text, probability))
    print(f"Whisper {np.median(words_s):.2f} s, Smart Turn {np.median(sound_s):.3f} s per silence (median)")
    return heard


def judges(settings: EndOfTurnSettings, words: EndOfTurn) -> dict[str, Callable[[Heard], int]]:
    """Return each way to judge a silence: how much of it ends the turn, in ms."""

    def smart(heard: Heard) -> int:
        return settings.complete_ms if (heard.probability or 0) >= SURE else settings.unfinished_ms

    def both(heard: Heard) -> int:
        by_words = words.patience_ms(heard.expect, heard.text)
        return smart(heard) if is_in_doubt(heard, by_words, settings) else by_words

    return {
        "always 700 ms": lambda heard: 700,
        "question alone": lambda heard: settings.by_expect_ms[heard.expect],
        "question and words": lambda heard: words.patience_ms(heard.expect, heard.text),
        "Smart Turn alone": smart,
        "words, Smart Turn in doubt": both,
    }


def is_in_doubt(heard: Heard, patience_ms: int, settings: EndOfTurnSettings) -> bool:
    """Whether the words say neither that the turn is over nor that it is not."""
    return patience_ms in (settings.by_expect_ms[heard.expect], settings.sentence_ms, settings.place_ms)


def print_smart_turn(heard: list[Heard], settings: EndOfTurnSettings, words: EndOfTurn) -> None:
    """Print what Smart Turn takes for what, in all silences and in those that words leave in doubt."""
    in_doubt = [one for one in heard if is_in_doubt(one, words.patience_ms(one.expect, one.text), settings)]
    for name, those in (("all", heard), ("in doubt by their words", in_doubt)):
        over = [(one.probability or 0) >= SURE for one in those if one.is_over]
        unfinished = [(one.probability or 0) >= SURE for one in those if not one.is_over]
        print(
            f"Smart Turn, silences {name}: {sum(unfinished)} of {len(unfinished)} pauses taken for ends,"
            f" {len(over) - sum(over)} of {len(over)} ends for pauses"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--smart-turn", type=Path, default=None, help="its ONNX model")
    options = parser.parse_args()
    settings = EndOfTurnSettings()
    answers = Answers(Gazetteer(load_city(Settings().city_dir)))
    heard = hear_all(SmartTurn(options.smart_turn) if options.smart_turn else None)
    words = EndOfTurn(settings, answers.is_whole)
    if options.smart_turn:
        print_smart_turn(heard, settings, words)
        for one in heard:
            print(f"{one.expect:9} {'over' if one.is_over else 'more'} {one.probability:.2f} {one.text}")
    over = [one for one in heard if one.is_over]
    unfinished = [one for one in heard if not one.is_over]
    table = Table(title=f"{len(over)} finished turns, {len(unfinished)} pauses inside turns")
    for name in ("judged by", "silence median", "95 %", *(f"cut at {ms / 1000} s" for ms in PAUSES_MS)):
        table.add_column(name, justify="right")
    for name, judge in judges(settings, words).items():
        if "Smart" in name and not options.smart_turn:
            continue
        waits = [judge(one) for one in over]
        cuts = [f"{np.mean([judge(one) < ms for one in unfinished]):.0%}" for ms in PAUSES_MS]
        table.add_row(name, f"{np.median(waits):.0f} ms", f"{np.percentile(waits, 95):.0f} ms", *cuts)
    Console().print(table)


if __name__ == "__main__":
    main()
