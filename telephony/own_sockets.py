"""This process's own sockets, found by their port: PJSIP's binding does not show them."""

from __future__ import annotations

import os
import socket

# No Path: pathlib interns each part of one, and the table of those strings doubles in the end.
_OURS = "/proc/self/fd"


def socket_at(port: int, kind: socket.SocketKind = socket.SOCK_DGRAM) -> socket.socket | None:
    """A duplicate of the socket bound to that port, for SOCK_STREAM of the one that listens; close it."""
    for name in os.listdir(_OURS) if os.path.exists(_OURS) else ():
        found = _duplicate(int(name))
        if found is None:
            continue
        if found.type == kind and _port_of(found) == port and (kind != socket.SOCK_STREAM or _listens(found)):
            return found
        found.close()
    return None


def _duplicate(descriptor: int) -> socket.socket | None:
    """None when it is no socket, or is closed already: other threads open and close theirs meanwhile."""
    try:
        if not os.readlink(f"{_OURS}/{descriptor}").startswith("socket:"):
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


def _listens(found: socket.socket) -> bool:
    return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
