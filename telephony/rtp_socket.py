"""PJSIP's RTP sockets, found by their port, to have the kernel drop what comes from elsewhere.

A connected UDP socket receives from its peer only and still sends anywhere. PJSIP's binding does not show its
sockets, but they are this process's own.
"""

from __future__ import annotations

import ctypes
import logging
import os
import socket
from pathlib import Path

log = logging.getLogger(__name__)

_LIBC = ctypes.CDLL(None, use_errno=True)
_SOCKADDR_BYTES = 16
_OURS = Path("/proc/self/fd")


def take_from(local: str, source: str) -> bool:
    """Have the socket bound at `local` receive from `source` only; both host:port. False if it cannot be."""
    found = _socket_at(local)
    if found is None:
        return False
    with found:
        host, _, port = source.rpartition(":")
        try:
            found.connect((host.strip("[]"), int(port)))
        except (OSError, ValueError) as error:
            log.warning("rtp_source_not_locked error=%s", type(error).__name__)
            return False
    return True


def take_from_all(local: str) -> None:
    """Undo `take_from`."""
    found = _socket_at(local)
    if found is None:
        return
    with found:
        bound = found.getsockname()
        # connect(2): an address of family AF_UNSPEC dissolves the association; Python cannot say that.
        nobody = (ctypes.c_char * _SOCKADDR_BYTES)()
        _LIBC.connect(found.fileno(), nobody, _SOCKADDR_BYTES)
        if not _port_of(found):
            # The system had chosen the port, and has taken it back.
            try:
                found.bind(bound)
            except OSError as error:
                log.error("rtp_port_lost error=%s", type(error).__name__)


def _socket_at(local: str) -> socket.socket | None:
    """A duplicate of this process's UDP socket with that port."""
    port = local.rpartition(":")[2]
    for name in os.listdir(_OURS) if port.isdecimal() and _OURS.exists() else ():
        found = _duplicate(int(name))
        if found is None:
            continue
        if found.type == socket.SOCK_DGRAM and _port_of(found) == int(port):
            return found
        found.close()
    return None


def _duplicate(descriptor: int) -> socket.socket | None:
    """None when it is no socket, or is closed already: other threads open and close theirs meanwhile."""
    try:
        if not os.readlink(_OURS / str(descriptor)).startswith("socket:"):
            return None
        return socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return None


def _port_of(found: socket.socket) -> int:
    try:
        name = found.getsockname()
    except OSError:
        return 0
    return int(name[1]) if isinstance(name, tuple) else 0
