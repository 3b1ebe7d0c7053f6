"""From whom a call's sound is taken, look by look."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from telephony import rtp_socket
from telephony.source_lock import Lock, Release, SourceLock

CALLER, NAT, STRANGER = "192.0.2.1:4000", "198.51.100.7:61000", "203.0.113.9:5000"


def test_the_announced_source_is_trusted_at_its_first_sound() -> None:
    lock = SourceLock()
    assert lock.look(0, "", CALLER, 1.0) is None
    assert lock.look(40, CALLER, CALLER, 2.0) == Lock(CALLER)
    assert lock.look(90, CALLER, CALLER, 3.0) is None


def test_another_source_must_be_the_same_for_a_while() -> None:
    lock = SourceLock()
    assert lock.look(40, NAT, CALLER, 1.0) is None
    assert lock.look(90, NAT, CALLER, 2.0) is None
    assert lock.look(140, NAT, CALLER, 3.0) == Lock(NAT)


def test_a_stranger_who_comes_and_goes_is_not_trusted() -> None:
    lock = SourceLock()
    looks = [(STRANGER, 40), (NAT, 90), (STRANGER, 140), (NAT, 190), (STRANGER, 240)]
    assert [lock.look(packets, source, CALLER, packets / 50) for source, packets in looks] == [None] * 5
    assert lock.look(290, CALLER, CALLER, 6.0) == Lock(CALLER)


def test_a_source_without_sound_is_not_looked_at() -> None:
    lock = SourceLock()
    assert lock.look(0, CALLER, CALLER, 1.0) is None


def test_a_source_that_falls_silent_is_released_and_may_be_another_one() -> None:
    lock = SourceLock()
    lock.look(40, CALLER, CALLER, 1.0)
    assert lock.look(50, CALLER, CALLER, 2.0) is None
    assert lock.look(50, CALLER, CALLER, 4.9) is None
    assert lock.look(50, CALLER, CALLER, 5.0) == Release()
    assert lock.look(60, CALLER, CALLER, 6.0) == Lock(CALLER)


Sockets = list[socket.socket]


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    with ExitStack() as stack:
        made = [stack.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in range(3)]
        for each in made:
            each.bind(("127.0.0.1", 0))
            each.settimeout(0.5)
        yield made


def _address(of: socket.socket) -> str:
    host, port = of.getsockname()
    return f"{host}:{port}"


def test_the_kernel_drops_what_comes_from_others_and_can_be_told_to_stop(
    sockets: Sockets,
) -> None:
    ours, caller, stranger = sockets
    assert rtp_socket.take_from(_address(ours), _address(caller))
    stranger.sendto(b"stranger", ours.getsockname())
    caller.sendto(b"caller", ours.getsockname())
    assert ours.recv(100) == b"caller"
    ours.sendto(b"elsewhere", stranger.getsockname())
    assert stranger.recv(100) == b"elsewhere"
    rtp_socket.take_from_all(_address(ours))
    stranger.sendto(b"stranger", ours.getsockname())
    assert ours.recv(100) == b"stranger"


def test_a_socket_that_is_not_ours_or_a_source_that_is_none(sockets: Sockets) -> None:
    ours, gone, _ = sockets
    address = _address(gone)
    gone.close()
    assert not rtp_socket.take_from(address, "127.0.0.1:4000")
    assert not rtp_socket.take_from(_address(ours), "nowhere")
