"""How different two recordings of the same words sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mel_distance_db(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the mean absolute distance in dB between two log-mel spectra (24 kHz, 40 bands, 25 ms)."""
    spectra = [_log_mel_db(samples) for samples in (one, other)]
    n_frames = min(len(spectrum) for spectrum in spectra)
    if n_frames < 0.95 * max(len(spectrum) for spectrum in spectra):
        return float("inf")
    return float(np.mean(np.abs(spectra[0][:n_frames] - spectra[1][:n_frames])))


def _log_mel_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    size, hop = 600, 240
    n_frames = 1 + (len(samples) - size) // hop
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop][:n_frames]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), 1024)) ** 2
    # 80 dB below full scale is where hearing and telephony stop.
    return 10 * np.log10(power @ _mel_bands(power.shape[1]) + 1e-4)


def _mel_bands(n_bins: int) -> NDArray[np.float64]:
    """Triangular bands, even on the mel scale up to 12 kHz: [n_bins, 40]."""
    edges_hz = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 12_000 / 700), 42) / 2595) - 1)
    bins = np.linspace(0, 12_000, n_bins)[:, None]
    rising = (bins - edges_hz[:-2]) / (edges_hz[1:-1] - edges_hz[:-2])
    falling = (edges_hz[2:] - bins) / (edges_hz[2:] - edges_hz[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None)
