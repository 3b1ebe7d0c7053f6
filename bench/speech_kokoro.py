"""How much faster or slower Kokoro speaks after its int8 convolutions were rewritten to float32.

Both models say the same sentences in turn in one process, so that whatever else the machine does hits both.
Usage: .venv/bin/python bench/speech_kokoro.py [rounds]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.settings import Settings
from bot.speech.doctor import SENTENCES
from bot.speech.factory import engine_threads
from bot.speech.synthesizer_kokoro import FRENCH_VOICE, RATE_HZ, KokoroModel, load_style
from bot.speech.text_for_voice import text_for_voice
from tts_voices.installed import resolve_model
from tts_voices.kokoro_build import INT8_NAME
from tts_voices.kokoro_float32 import write_float32


def main(n_rounds: int) -> None:
    folder = resolve_model(Settings().models_path, "kokoro-82m").folder
    style = load_style(folder, FRENCH_VOICE)
    with tempfile.TemporaryDirectory() as made:
        write_float32(folder / INT8_NAME, Path(made) / "float32.onnx")
        paths = (folder / INT8_NAME, Path(made) / "float32.onnx")
        models = [KokoroModel(folder, engine_threads(), path) for path in paths]
    for model in models:
        model.synthesize("Bonjour.", style)
    ratios, cpu_ratios, factors = [], [], []
    for _ in range(n_rounds):
        for sentence in map(text_for_voice, SENTENCES):
            spent_s, cpu_s = [], []
            for model in models:
                started_s, cpu_started_s = time.perf_counter(), time.process_time()
                samples = model.synthesize(sentence, style)
                spent_s.append(time.perf_counter() - started_s)
                cpu_s.append(time.process_time() - cpu_started_s)
            ratios.append(spent_s[0] / spent_s[1])
            cpu_ratios.append(cpu_s[0] / cpu_s[1])
            factors.append([spent / (len(samples) / RATE_HZ) for spent in spent_s])
    int8, float32 = (statistics.median(column) for column in zip(*factors, strict=True))
    print(f"time per second of speech: int8 {int8:.2f} s, float32 {float32:.2f} s")
    print(
        f"float32 is {statistics.median(ratios):.2f} times as fast "
        f"({min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} pairs, {engine_threads()} threads), "
        f"by processor time {statistics.median(cpu_ratios):.2f} times"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
