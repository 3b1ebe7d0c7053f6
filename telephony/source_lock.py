"""Decides from whom a call's sound is taken; pure.

PJSIP takes RTP from anybody who sends to the right port, and after a few packets answers there too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Looks a second apart: a source that was not announced (NAT) must have been the same for so many.
LOOKS_BEFORE_TRUST = 3
RELEASE_AFTER_S = 3.0
ANY_PORT = 0


@dataclass(frozen=True, slots=True)
class Take:
    """Take sound from these only, (host, port) each, from any port of a host where it is ANY_PORT."""

    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """Who the other side is. announced: host:port of its sound by its offer or answer.

    hosts: from where it speaks SIP; behind NAT its sound comes from there, too, from another port.
    """

    announced: str
    hosts: frozenset[str] = field(default_factory=frozenset)

    def at_first(self) -> Take:
        """What is taken as long as nothing has been heard."""
        host, port = split(self.announced)
        others = sorted(self.hosts - {host})
        return Take(((host, port), *((other, ANY_PORT) for other in others)))

    def anywhere(self) -> Take:
        """What is taken when the sound does not come from where it should."""
        host, _ = split(self.announced)
        return Take(tuple((each, ANY_PORT) for each in sorted(self.hosts | {host})))


class SourceLock:
    """One stream's source; after each re-INVITE a new one is needed. started_s: any clock."""

    def __init__(self, peer: Peer, started_s: float) -> None:
        self._peer = peer
        self._locked = ""
        self._candidate = ""
        self._looks = 0
        self._packets = 0
        self._last_sound_s = started_s
        self._is_searching = False

    def look(self, packets: int, source: str, now_s: float) -> Take | None:
        """Take one look, about once a second, not while the other side has put us on hold.

        packets: received so far. source: where the last one came from.
        """
        has_sound, self._packets = packets > self._packets, packets
        if has_sound:
            self._last_sound_s = now_s
            return None if self._locked or not source else self._consider(source)
        if self._is_searching or now_s - self._last_sound_s < RELEASE_AFTER_S:
            return None
        self._locked, self._candidate, self._is_searching = "", "", True
        return self._peer.anywhere()

    def _consider(self, source: str) -> Take | None:
        self._looks = self._looks + 1 if source == self._candidate else 1
        self._candidate = source
        if source != self._peer.announced and self._looks < LOOKS_BEFORE_TRUST:
            return None
        self._locked, self._is_searching = source, False
        return Take((split(source),))


def split(address: str) -> tuple[str, int]:
    """Host, without brackets, and port of host:port; port 0 when there is none."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port) if port.isdecimal() else 0
