"""Frees what work leaves behind, soon enough.

The parts of a call know each other, so only a full collection frees them, native memory of its voice detector
included. Python makes one when as much is new as a quarter of all there is: beside the city's data that is
after thousands of calls, for which the process would grow. What native code has freed stays with the C
library until it is told to give it back.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc

EVERY_S = 30.0
# malloc_trim(3); not every C library has it.
_give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)


def set_aside() -> None:
    """Look no more at what is there now, before the first call: it stays, and collections become short."""
    gc.collect()
    gc.freeze()


def trim() -> None:
    """Give freed native memory back to the system; other threads run meanwhile."""
    if _give_back is not None:
        _give_back(0)


def tidy() -> None:
    """Collect and give back, at a moment when nobody waits."""
    gc.collect()
    trim()


async def collect(every_s: float = EVERY_S) -> None:
    """Collect now and then until cancelled; a few milliseconds each time."""
    while True:
        await asyncio.sleep(every_s)
        gc.collect()
        await asyncio.to_thread(trim)
