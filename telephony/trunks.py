"""Who may speak SIP to us: which addresses, and which settings leave that open."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address

from telephony import packet_filter
from telephony.identity import without_port
from telephony.own_sockets import socket_at
from telephony.packet_filter import Source

log = logging.getLogger(__name__)

ANYBODY = "any"
# What runs on this machine, such as the SIP front.
_OURSELVES = ("127.0.0.0/8", "::1")


def is_loopback(bind: str) -> bool:
    """Whether only this machine reaches that local address. Raises ValueError when it is none.

    The PJSIP of the wheel has no IPv6 for sound.
    """
    return IPv4Address(bind).is_loopback


def parse_trunks(text: str) -> tuple[str, ...]:
    """Addresses and networks (CIDR) separated by spaces, or ANYBODY alone. Raises ValueError."""
    names = tuple(text.split())
    if ANYBODY in names:
        if len(names) > 1:
            raise ValueError(f'"{ANYBODY}" stands alone')
        return names
    for name in names:
        packet_filter.source(name)
    if len(names) > packet_filter.MAX_SOURCES // 2:
        raise ValueError("too many")
    return names


def sources(trunks: Iterable[str], bind: str, hosts: Iterable[str]) -> tuple[Source, ...]:
    """Everybody whose packets are taken: trunks, this machine, and hosts that we call or register with.

    hosts: names or addresses, with or without a port; names are looked up now.
    """
    addresses = [*_OURSELVES, *trunks]
    if not IPv4Address(bind).is_unspecified:
        addresses.append(bind)
    # All services are at one PBX: its name is looked up once, which takes seconds where no DNS answers.
    for name in dict.fromkeys(without_port(host) for host in hosts):
        addresses += _look_up(name)
    return tuple(packet_filter.source(address) for address in dict.fromkeys(addresses))


def guard_port(port: int, kind: socket.SocketKind, allowed: Iterable[Source]) -> None:
    """Have our SIP socket at `port` take packets from these only. Raises OSError when that cannot be done."""
    found = socket_at(port, kind)
    if found is None:
        raise OSError("the SIP socket was not found")
    with found:
        packet_filter.take_only(found, allowed)


def _look_up(name: str) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)]
    except OSError:
        log.warning("sip_peer_not_found host=%s", name)
        return []
