"""Keeps strangers out of the sound of one call."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telephony import packet_filter
from telephony.own_sockets import socket_at
from telephony.source_lock import ANY_PORT, Peer, SourceLock, Take, split

log = logging.getLogger(__name__)


class SourceGuard:
    """Carries out for one call what `SourceLock` decides; on the SIP thread.

    hosts: from where the other side speaks SIP.
    """

    def __init__(self, call_id: str, hosts: Iterable[str] = ()) -> None:
        self._call_id = call_id
        self._hosts = frozenset(host for host in hosts if _is_address(host))
        self._lock: SourceLock | None = None

    def shut(self, local: str) -> None:
        """Take sound from nobody: who may send it is not known yet. local: where our RTP socket is bound."""
        _take_only(local, ())

    def begin(self, local: str, announced: str, now_s: float) -> None:
        """A stream was negotiated, also anew: its source may be another one."""
        host, _ = split(announced)
        if not _is_address(host):
            log.warning("rtp_source_unknown call_id=%s", self._call_id)
            self._lock = None
            return
        peer = Peer(announced, self._hosts)
        self._lock = SourceLock(peer, now_s)
        self._take(local, peer.at_first())

    def look(self, packets: int, local: str, source: str, now_s: float) -> None:
        """Take one look, about once a second; see `SourceLock.look`."""
        if self._lock is None:
            return
        take = self._lock.look(packets, source, now_s)
        if take is not None:
            self._take(local, take)
            is_found = len(take.sources) == 1 and take.sources[0][1] != ANY_PORT
            log.info("rtp_source_%s call_id=%s", "locked" if is_found else "silent", self._call_id)

    def _take(self, local: str, take: Take) -> None:
        _take_only(local, tuple(packet_filter.source(host, port) for host, port in take.sources))


def _take_only(local: str, sources: tuple[packet_filter.Source, ...]) -> None:
    _, port = split(local)
    hosts = tuple(packet_filter.Source(source.network) for source in sources)
    # RTCP, one port above, may come from any port of the same hosts.
    for each_port, allowed in ((port, sources), (port + 1, hosts)):
        found = socket_at(each_port)
        if found is None:
            continue
        with found:
            try:
                packet_filter.take_only(found, allowed)
            except OSError as error:
                log.error("rtp_not_guarded error=%s", type(error).__name__)


def _is_address(host: str) -> bool:
    try:
        packet_filter.source(host)
    except ValueError:
        return False
    return True
