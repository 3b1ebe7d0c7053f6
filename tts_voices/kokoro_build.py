"""Makes the Kokoro model that this machine runs: whichever of two equal ones it runs faster."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tts_voices.errors import SourceError
from tts_voices.kokoro_float32 import write_float32
from tts_voices.log_mel import mel_distance_db

INT8_NAME, VOICE_NAME = "model_int8.onnx", "voices/ff_siwis.bin"
# Mean distance in dB between the log-mel spectra of one sentence by both models; two sentences are above 10.
MAX_DISTANCE_DB = 3.0
# The float32 model takes 160 MB more memory: it must be worth it.
MIN_GAIN = 1.1
N_TRIES = 2
RATE_HZ = 24_000
# "Bonjour, vous êtes bien à la mairie de Nîmes." in the symbols of config.json.
PROOF_TOKENS = (
    *(0, 44, 76, 17, 147, 156, 63, 128, 3, 16, 64, 63, 68, 16, 86, 62, 16, 44, 52, 156, 86, 17, 56, 16, 43),
    *(16, 54, 43, 16, 55, 86, 128, 156, 51, 16, 46, 83, 16, 56, 156, 51, 55, 4, 0),
)


def build(folder: Path, target: Path, max_distance_db: float = MAX_DISTANCE_DB) -> str:
    """Write the model to run, and return in a few words which one it is and why.

    folder: holds `INT8_NAME` and `VOICE_NAME`. max_distance_db: how far the float32 model may be from what
    the int8 one says. Raises SourceError.
    """
    int8, float32 = folder / INT8_NAME, target.with_name(f"{target.name}.part")
    write_float32(int8, float32)
    style_table = np.fromfile(folder / VOICE_NAME, dtype=np.float32).reshape(-1, 256)
    int8_said, int8_s = _try_out(int8, style_table)
    float32_said, float32_s = _try_out(float32, style_table)
    distance_db = mel_distance_db(int8_said, float32_said)
    if not distance_db <= max_distance_db:
        float32.unlink()
        raise SourceError(f"the float32 model is {distance_db:.1f} dB away from the int8 one")
    times = f"processor time per second of speech: int8 {int8_s:.2f} s, float32 {float32_s:.2f} s"
    if int8_s >= MIN_GAIN * float32_s:
        float32.replace(target)
        return f"float32 model chosen ({times})"
    float32.unlink()
    shutil.copyfile(int8, target)
    return f"int8 model chosen ({times})"


def _try_out(model: Path, style_table: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return what a model says, float32 at 24 kHz, and the processor time it takes per second of speech.

    Processor time of one thread, not time by the clock: whatever else the machine does must not decide.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    feed: dict[str, Any] = {
        "tokens": np.array([PROOF_TOKENS], dtype=np.int64),
        "style": style_table[len(PROOF_TOKENS) - 2][None, :],
        "speed": np.ones(1, dtype=np.float32),
    }
    said = np.asarray(session.run(None, feed)[0], dtype=np.float32).ravel()
    spent_s = []
    for _ in range(N_TRIES):
        started_s = time.process_time()
        session.run(None, feed)
        spent_s.append(time.process_time() - started_s)
    return said, min(spent_s) / (len(said) / RATE_HZ)
