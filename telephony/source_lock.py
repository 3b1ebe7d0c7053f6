"""Decides from whom a call's sound is taken: from one source, once it is known; pure.

PJSIP takes RTP from anybody who sends to the right port, and after a few packets answers there too.
"""

from __future__ import annotations

from dataclasses import dataclass

# Looks a second apart: a source that signalling did not announce (NAT) must have been the same for so many.
LOOKS_BEFORE_TRUST = 3
RELEASE_AFTER_S = 3.0


@dataclass(frozen=True, slots=True)
class Lock:
    """Take sound from this host:port only."""

    source: str


@dataclass(frozen=True, slots=True)
class Release:
    """Take sound from anybody again: nothing has come from the source for a while, it may have moved."""


class SourceLock:
    """One stream's source; after each re-INVITE a new one is needed."""

    def __init__(self) -> None:
        self._locked = ""
        self._candidate = ""
        self._looks = 0
        self._packets = 0
        self._last_sound_s = 0.0

    def look(self, packets: int, source: str, announced: str, now_s: float) -> Lock | Release | None:
        """Take one look, about once a second.

        packets: received so far. source: where the last one came from. announced: by signalling.
        """
        has_sound, self._packets = packets > self._packets, packets
        if has_sound:
            self._last_sound_s = now_s
        if self._locked:
            if now_s - self._last_sound_s < RELEASE_AFTER_S:
                return None
            self._locked = self._candidate = ""
            return Release()
        if not has_sound or not source:
            return None
        self._looks = self._looks + 1 if source == self._candidate else 1
        self._candidate = source
        if source != announced and self._looks < LOOKS_BEFORE_TRUST:
            return None
        self._locked = source
        return Lock(source)
