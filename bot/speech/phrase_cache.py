"""Rendered clauses: those known in advance on disk and in memory, the others in memory only."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import OrderedDict
from pathlib import Path

import structlog

log = structlog.get_logger()

MEMORY_BYTES = 64 * 1024 * 1024
PASSING_BYTES = 8 * 1024 * 1024


class PhraseCache:
    """Keyed by what voice says which words.

    folder: where clauses known in advance are kept between runs; None keeps nothing. What callers say
    is read back to them in other clauses, and those are personal: they never reach the disk, and
    memory forgets them after a few minutes of speech (`PASSING_BYTES`).
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known = _Memory(MEMORY_BYTES)
        self._passing = _Memory(PASSING_BYTES)

    def get(self, fingerprint: str, text: str) -> bytes | None:
        """Return 16-bit samples at 16 kHz if memory holds them; never touches the disk."""
        key = _key(fingerprint, text)
        found = self._known.get(key)
        return found if found is not None else self._passing.get(key)

    def remember(self, fingerprint: str, text: str, pcm: bytes) -> None:
        """Keep a clause for a while, in memory only."""
        self._passing.put(_key(fingerprint, text), pcm)

    async def load(self, fingerprint: str, text: str) -> bytes | None:
        """Return a clause known in advance, from memory or disk, and have it in memory from now on."""
        key = _key(fingerprint, text)
        pcm = self._known.get(key)
        if pcm is None and self._folder is not None:
            pcm = await asyncio.to_thread(read_phrase, self._folder / key)
            if pcm is not None:
                self._known.put(key, pcm)
        return pcm

    async def store(self, fingerprint: str, text: str, pcm: bytes) -> None:
        """Keep a clause known in advance. A disk that refuses costs only a rendering at the next start."""
        key = _key(fingerprint, text)
        self._known.put(key, pcm)
        if self._folder is None:
            return
        try:
            await asyncio.to_thread(write_phrase, self._folder / key, pcm)
        except OSError as error:
            log.warning("phrase_not_stored", error=type(error).__name__)


class _Memory:
    """Least recently used goes first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._n_bytes = 0
        self._entries: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        pcm = self._entries.get(key)
        if pcm is not None:
            self._entries.move_to_end(key)
        return pcm

    def put(self, key: str, pcm: bytes) -> None:
        self._n_bytes += len(pcm) - len(self._entries.pop(key, b""))
        self._entries[key] = pcm
        while self._n_bytes > self._max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._n_bytes -= len(oldest)


def _key(fingerprint: str, text: str) -> str:
    return hashlib.sha256(f"{fingerprint}\0{text}".encode()).hexdigest()


def read_phrase(path: Path) -> bytes | None:
    """Return stored samples, None if they are missing or damaged. path: without its suffix."""
    try:
        stored = path.with_suffix(".pcm").read_bytes()
    except OSError:
        return None
    digest, pcm = stored[:32], stored[32:]
    return pcm if hashlib.sha256(pcm).digest() == digest else None


def write_phrase(path: Path, pcm: bytes) -> None:
    """Store samples; a reader sees all of them or none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_bytes(hashlib.sha256(pcm).digest() + pcm)
    partial.replace(path.with_suffix(".pcm"))
