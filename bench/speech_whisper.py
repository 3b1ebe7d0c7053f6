"""How much faster Whisper understands with a window as long as the speech than with its usual 30 s.

Each recording is decoded both ways in turn in one process, so that whatever else the machine does hits both.
Usage: .venv/bin/python bench/speech_whisper.py [rounds]
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from bot.settings import Settings
from bot.speech.corpus import load_recordings, word_error_rate
from bot.speech.factory import engine_threads
from bot.speech.resample import to_float
from bot.speech.whisper_decoder import MAX_FRAMES, MIN_FRAMES, WhisperDecoder
from bot.speech.whisper_prompt import STYLE
from tts_voices.installed import resolve_model

RECORDINGS = Path(__file__).parents[1] / "tests" / "audio"


def main(n_rounds: int) -> None:
    folder = resolve_model(Settings().models_path, "whisper-base").folder
    decoder = WhisperDecoder(folder, "fr", engine_threads(), n_parallel=1)
    recordings = load_recordings(RECORDINGS)
    decoder.decode(to_float(recordings[0].pcm))
    ratios: list[float] = []
    spent: dict[int, list[float]] = {MAX_FRAMES: [], MIN_FRAMES: []}
    texts: dict[int, list[tuple[str, str]]] = {MAX_FRAMES: [], MIN_FRAMES: []}
    for _ in range(n_rounds):
        for recording in recordings:
            samples = to_float(recording.pcm)
            for min_frames, times_s in spent.items():
                started_s = time.perf_counter()
                decoded = decoder.decode(samples, STYLE, min_frames)
                times_s.append(time.perf_counter() - started_s)
                texts[min_frames].append((recording.text, decoded.text))
            ratios.append(spent[MAX_FRAMES][-1] / spent[MIN_FRAMES][-1])
    for min_frames, name in ((MAX_FRAMES, "30 s window"), (MIN_FRAMES, "short window")):
        median_s = statistics.median(spent[min_frames])
        error_rate = word_error_rate(texts[min_frames])
        print(f"{name}: {median_s:.2f} s per utterance, word error rate {error_rate:.1%}")
    print(
        f"the short window is {statistics.median(ratios):.2f} times as fast "
        f"({min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} pairs, {engine_threads()} threads)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
