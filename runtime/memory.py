"""What a process holds, told apart: Python's objects, and what native code has asked of the C library.

A leak shows in one of them only, and which one says where to look. Python takes memory for small objects
(512 bytes and less) by itself, for large ones as native code does.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

# Fields of mallinfo2(3), all of them size_t; not every C library has it.
_FIELDS = [
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost",
]


class _MallInfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in _FIELDS]


_mallinfo2 = getattr(ctypes.CDLL(None), "mallinfo2", None)
if _mallinfo2 is not None:
    _mallinfo2.restype = _MallInfo2


def native_bytes() -> tuple[int, int] | None:
    """Bytes in use and bytes held free, of all arenas; None where the C library does not tell."""
    if _mallinfo2 is None:
        return None
    info = _mallinfo2()
    return info.uordblks + info.hblkhd, info.fordblks


class MemoryCollector(Collector):
    """Looks at each scrape."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield Python's blocks, and native memory where it is known."""
        yield GaugeMetricFamily(
            "process_python_blocks",
            "Small pieces of memory that Python has given to objects",
            value=sys.getallocatedblocks(),
        )
        if (native := native_bytes()) is None:
            return
        in_use, is_free = native
        yield GaugeMetricFamily(
            "process_native_used_bytes", "Memory that malloc has given to code", value=in_use
        )
        yield GaugeMetricFamily(
            "process_native_free_bytes", "Memory that malloc holds and nobody uses", value=is_free
        )
