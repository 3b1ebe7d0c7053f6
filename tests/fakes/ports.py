"""Ports for processes that are told where to listen; tests that run beside each other get different ones."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path

# Below those that Linux itself gives to connections (net.ipv4.ip_local_port_range): nobody takes one by
# chance between its choice here and the moment, often many seconds later, in which somebody listens there.
FIRST, LAST = 12_000, 31_999
RTP_PORTS = 40


def free_ports(count: int) -> list[int]:
    """Return ports where nobody listens, over UDP or TCP, and which no other test is given soon."""
    return [_next_block(1) for _ in range(count)]


def free_port() -> int:
    """Return one of `free_ports`."""
    return _next_block(1)


def free_rtp_port(count: int = RTP_PORTS) -> int:
    """Return the first of so many ports, an even one; PJSIP steps over those that are taken."""
    return _next_block(count, step=2)


def _next_block(count: int, step: int = 1) -> int:
    """Take the next ports in a row, which all processes of tests on this machine share.

    The first must be free. Those behind it, for sound, may be taken by whoever lies across the row.
    """
    path = Path(tempfile.gettempdir()) / f"callbot-test-ports-{os.getuid()}"
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        following = int(file.read() or FIRST)
        for _ in range(LAST - FIRST):
            first = -(-following // step) * step
            if first + count - 1 > LAST:
                following = FIRST
                continue
            following = first + count
            if _is_free(first):
                file.truncate(0)
                file.write(str(following))
                return first
            following = first + step
    raise RuntimeError(f"no port between {FIRST} and {LAST} is free")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
