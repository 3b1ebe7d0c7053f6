"""From whom a call's sound is taken, look by look."""

from __future__ import annotations

from telephony.source_lock import ANY_PORT, Peer, SourceLock, Take

CALLER, NAT, STRANGER = "192.0.2.1:4000", "198.51.100.7:61000", "203.0.113.9:5000"
BEHIND_NAT = Peer(CALLER, frozenset({"198.51.100.7"}))
PLAIN = Peer(CALLER, frozenset({"192.0.2.1"}))


def test_at_first_only_the_announced_source_is_heard() -> None:
    assert PLAIN.at_first() == Take((("192.0.2.1", 4000),))


def test_a_caller_behind_nat_is_heard_from_where_he_speaks_sip() -> None:
    assert BEHIND_NAT.at_first() == Take((("192.0.2.1", 4000), ("198.51.100.7", ANY_PORT)))


def test_the_announced_source_is_trusted_at_its_first_sound() -> None:
    lock = SourceLock(PLAIN, 0.0)
    assert lock.look(0, "", 1.0) is None
    assert lock.look(40, CALLER, 2.0) == Take((("192.0.2.1", 4000),))
    assert lock.look(90, CALLER, 3.0) is None


def test_another_source_must_be_the_same_for_a_while() -> None:
    lock = SourceLock(BEHIND_NAT, 0.0)
    assert lock.look(40, NAT, 1.0) is None
    assert lock.look(90, NAT, 2.0) is None
    assert lock.look(140, NAT, 3.0) == Take((("198.51.100.7", 61_000),))


def test_a_source_that_comes_and_goes_is_not_trusted() -> None:
    lock = SourceLock(BEHIND_NAT, 0.0)
    looks = [(STRANGER, 40), (NAT, 90), (STRANGER, 140), (NAT, 190), (STRANGER, 240)]
    assert [lock.look(packets, source, packets / 50) for source, packets in looks] == [None] * 5
    assert lock.look(290, CALLER, 6.0) == Take((("192.0.2.1", 4000),))


def test_a_source_that_falls_silent_may_be_another_one_of_the_same_hosts() -> None:
    lock = SourceLock(BEHIND_NAT, 0.0)
    lock.look(40, CALLER, 1.0)
    lock.look(50, CALLER, 2.0)
    assert lock.look(50, CALLER, 4.9) is None
    assert lock.look(50, CALLER, 5.0) == Take((("192.0.2.1", ANY_PORT), ("198.51.100.7", ANY_PORT)))
    assert lock.look(50, CALLER, 6.0) is None
    assert lock.look(60, CALLER, 7.0) == Take((("192.0.2.1", 4000),))


def test_a_caller_who_never_sends_is_searched_once() -> None:
    lock = SourceLock(PLAIN, 10.0)
    looks = [lock.look(0, "", at_s) for at_s in (11.0, 12.0, 13.0, 14.0, 20.0)]
    assert looks == [None, None, Take((("192.0.2.1", ANY_PORT),)), None, None]
