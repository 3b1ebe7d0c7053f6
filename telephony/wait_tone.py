"""What a caller hears while a service is being called: the French ringing tone, in pieces; pure.

In pieces, so that a sentence or the agent's voice never waits for a whole tone to end.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from functools import cache
from itertools import cycle

from wire.media import SAMPLE_RATE_HZ

# ITU-T E.180, France: 440 Hz, 1.5 s on, 3.5 s off.
TONE_HZ = 440
PIECE_S = 0.5
_PIECES_ON, _PIECES_OFF = 3, 7
_AMPLITUDE = 1500


def wait_tone() -> Iterator[bytes]:
    """Yield for ever what to play in each PIECE_S: s16le at 16 kHz, b"" for silence."""
    return cycle([_tone()] * _PIECES_ON + [b""] * _PIECES_OFF)


@cache
def _tone() -> bytes:
    # A whole number of periods, so that pieces join without a click.
    step = 2 * math.pi * TONE_HZ / SAMPLE_RATE_HZ
    n_samples = round(PIECE_S * SAMPLE_RATE_HZ)
    return array("h", (round(_AMPLITUDE * math.sin(step * i)) for i in range(n_samples))).tobytes()
