"""Keeps strangers out of the sound of one call."""

from __future__ import annotations

import logging

from telephony import rtp_socket
from telephony.source_lock import Lock, Release, SourceLock

log = logging.getLogger(__name__)


class SourceGuard:
    """Carries out for one call what `SourceLock` decides; on the SIP thread."""

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id
        self._lock = SourceLock()
        self._locked_socket = ""

    def look(self, packets: int, local: str, source: str, announced: str, now_s: float) -> None:
        """Take one look, about once a second. local: where our RTP socket is bound; see `SourceLock.look`."""
        match self._lock.look(packets, source, announced, now_s):
            case Lock(source=source):
                if rtp_socket.take_from(local, source):
                    self._locked_socket = local
                    log.info("rtp_source_locked call_id=%s announced=%s", self._call_id, source == announced)
            case Release():
                log.info("rtp_source_silent call_id=%s", self._call_id)
                self._open()

    def start_again(self) -> None:
        """The stream was negotiated anew: its source may be another one."""
        self._lock = SourceLock()
        self._open()

    def _open(self) -> None:
        if self._locked_socket:
            rtp_socket.take_from_all(self._locked_socket)
            self._locked_socket = ""
