"""Python's memory and native memory are told apart."""

from __future__ import annotations

import ctypes

from prometheus_client import CollectorRegistry, generate_latest

from runtime.memory import native_bytes
from runtime.metrics import new_registry

PIECE_BYTES = 8 * 1024 * 1024


def test_what_native_code_takes_is_counted_and_no_more_once_it_is_given_back() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    before = _used()
    piece = libc.malloc(PIECE_BYTES)
    assert _used() >= before + PIECE_BYTES
    libc.free(piece)
    assert _used() < before + PIECE_BYTES


def test_objects_are_pythons() -> None:
    registry = new_registry()
    before = _value(registry, "process_python_blocks")
    kept = [object() for _ in range(100_000)]
    # Others are freed meanwhile.
    assert _value(registry, "process_python_blocks") >= before + 0.9 * len(kept)
    assert _value(registry, "process_native_used_bytes") > 0


def _used() -> int:
    native = native_bytes()
    assert native is not None
    return native[0]


def _value(registry: CollectorRegistry, name: str) -> float:
    value = registry.get_sample_value(name)
    assert value is not None
    assert name.encode() in generate_latest(registry)
    return value
