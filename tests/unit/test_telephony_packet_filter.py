"""What the kernel lets through to a socket, with real packets; who may speak SIP to us."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from telephony.own_sockets import socket_at
from telephony.packet_filter import Source, source, take_only
from telephony.trunks import guard_port, parse_trunks, sources


@pytest.fixture
def ours() -> Iterator[socket.socket]:
    with socket.socket(type=socket.SOCK_DGRAM) as made:
        made.bind(("0.0.0.0", 0))
        made.settimeout(0.5)
        yield made


def _heard(ours: socket.socket, *senders: tuple[str, int]) -> list[str]:
    """Which of these addresses are heard; a last one that is allowed ends the wait."""
    heard = []
    for host, port in senders:
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.bind((host, port))
            sender.sendto(host.encode(), ("127.0.0.1", ours.getsockname()[1]))
    ours.setblocking(False)
    try:
        while True:
            heard.append(ours.recv(100).decode())
    except BlockingIOError:
        return heard


def test_only_the_sources_are_heard(ours: socket.socket) -> None:
    take_only(ours, [source("127.0.0.2"), source("127.0.1.0/24")])
    assert _heard(ours, *((host, 0) for host in ("127.0.0.1", "127.0.0.2", "127.0.1.9", "127.0.2.9"))) == [
        "127.0.0.2",
        "127.0.1.9",
    ]


def test_a_source_may_be_one_port(ours: socket.socket) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as known, socket.socket(type=socket.SOCK_DGRAM) as other:
        for each in (known, other):
            each.bind(("127.0.0.1", 0))
        take_only(ours, [source("::1"), source("127.0.0.1", known.getsockname()[1])])
        other.sendto(b"other", ("127.0.0.1", ours.getsockname()[1]))
        known.sendto(b"known", ("127.0.0.1", ours.getsockname()[1]))
        assert ours.recv(100) == b"known"


def test_of_no_sources_nobody_is_heard(ours: socket.socket) -> None:
    take_only(ours, [])
    assert _heard(ours, ("127.0.0.1", 0)) == []
    take_only(ours, [source("0.0.0.0/0")])
    assert _heard(ours, ("127.0.0.1", 0)) == ["127.0.0.1"]


def test_ipv6_sources() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as ours:
        ours.bind(("::1", 0))
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
            sender.bind(("::1", 0))
            take_only(ours, [source("2001:db8::/32"), source("127.0.0.1")])
            sender.sendto(b"refused", ours.getsockname())
            take_only(ours, [source("2001:db8::/32"), source("::1", sender.getsockname()[1])])
            sender.sendto(b"taken", ours.getsockname())
            assert ours.recv(100) == b"taken"


def test_strangers_cannot_even_connect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        guard_port(port, socket.SOCK_STREAM, [source("127.0.0.2")])
        with socket.socket() as known:
            known.bind(("127.0.0.2", 0))
            known.settimeout(5)
            known.connect(("127.0.0.1", port))
        with socket.socket() as stranger:
            stranger.bind(("127.0.0.3", 0))
            stranger.settimeout(0.5)
            with pytest.raises(TimeoutError):
                stranger.connect(("127.0.0.1", port))


def test_a_port_that_is_not_ours() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
    assert socket_at(port) is None
    with pytest.raises(OSError, match="not found"):
        guard_port(port, socket.SOCK_DGRAM, [])


def test_trunks_this_machine_and_whom_we_call_may_speak_to_us() -> None:
    allowed = sources(
        parse_trunks("192.0.2.0/28"), "198.51.100.4", ["203.0.113.5:5070", "localhost", "nowhere.invalid"]
    )
    assert set(allowed) >= {
        *(source("192.0.2.0/28"), source("198.51.100.4"), source("203.0.113.5"), source("127.0.0.0/8")),
    }
    assert source("198.51.100.5") not in allowed
    assert all(isinstance(each, Source) for each in allowed)


def test_a_name_that_many_targets_have_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    sources((), "0.0.0.0", ["pbx.invalid", "pbx.invalid:5070", "fallback.invalid", "pbx.invalid"])
    assert asked == ["pbx.invalid", "fallback.invalid"]
