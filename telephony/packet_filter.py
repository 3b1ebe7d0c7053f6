"""Has the kernel drop packets by where they come from, before this process sees them.

A classic BPF program (Linux' `Documentation/networking/filter.rst`) is attached to the socket: a flood of
strangers does not even wake us.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

ANY_PORT = 0
MAX_SOURCES = 200

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_Instruction = tuple[int, int, int, int]

_SO_ATTACH_FILTER = 26
# Operations of the kernel's `linux/filter.h`.
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE = 0x20, 0x28, 0x30
_AND, _SHIFT_RIGHT = 0x54, 0x74
_IF_EQUAL, _RETURN = 0x15, 0x06
# Offsets from the start of the IP header; those without it are from the start of the UDP or TCP header.
_IP_HEADER = 0x1_0000_0000 - 0x10_0000
_SOURCE_PORT = 0
_TAKE, _DROP = (_RETURN, 0, 0, 0xFFFF_FFFF), (_RETURN, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Source:
    """Where packets may come from. port: ANY_PORT for any."""

    network: Network
    port: int = ANY_PORT


def source(host: str, port: int = ANY_PORT) -> Source:
    """One address, or a network written as CIDR. Raises ValueError."""
    network = _plain(host)
    return Source(network, port)


def take_only(found: socket.socket, sources: Iterable[Source]) -> None:
    """Have this socket receive from these sources only, from nobody when there are none.

    What is queued in it already stays. Raises OSError where the kernel knows no such filter.
    """
    program = _program(tuple(sources))
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    kept = ctypes.create_string_buffer(code, len(code))
    found.setsockopt(
        socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(program), ctypes.addressof(kept))
    )


def _plain(host: str) -> Network:
    network: Network
    try:
        network = IPv4Network(host)
    except ValueError:
        network = IPv6Network(host)
        mapped = network.network_address.ipv4_mapped
        if mapped is not None and network.prefixlen >= 96:
            return IPv4Network((mapped, network.prefixlen - 96))
    return network


def _program(sources: Sequence[Source]) -> list[_Instruction]:
    if len(sources) > MAX_SOURCES:
        raise ValueError(f"more than {MAX_SOURCES} sources")
    program: list[_Instruction] = []
    for each in sources:
        program += _block(each)
    return [*program, _DROP]


def _block(each: Source) -> list[_Instruction]:
    """Take what comes from this source, go on behind it otherwise."""
    tests: list[_Instruction] = [(_LOAD_BYTE, 0, 0, _IP_HEADER), (_SHIFT_RIGHT, 0, 0, 4)]
    tests.append((_IF_EQUAL, 0, 0, each.network.version))
    first = 12 if each.network.version == 4 else 8
    address, mask = each.network.network_address.packed, each.network.netmask.packed
    for at in range(0, len(mask), 4):
        (wanted,), (bits,) = struct.unpack("!I", address[at : at + 4]), struct.unpack("!I", mask[at : at + 4])
        if bits:
            tests += [(_LOAD_WORD, 0, 0, _IP_HEADER + first + at), (_AND, 0, 0, bits)]
            tests.append((_IF_EQUAL, 0, 0, wanted))
    if each.port != ANY_PORT:
        tests += [(_LOAD_HALF, 0, 0, _SOURCE_PORT), (_IF_EQUAL, 0, 0, each.port)]
    # A test that fails jumps over the rest of the block and over its last line.
    n_tests = len(tests)
    jumps = [
        (code, 0, n_tests - number, value) if code == _IF_EQUAL else (code, 0, 0, value)
        for number, (code, _, _, value) in enumerate(tests)
    ]
    return [*jumps, _TAKE]
