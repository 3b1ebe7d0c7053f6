"""Inputs made from good ones by random changes; the same seed, wire and number give the same input."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

MAX_INPUT_BYTES = 60_000
_PIECES = (
    *(
        b"\x00",
        b"\xff",
        b"\xff\xfe",
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\t ",
        b"%00",
        b"%s%n",
        b"%",
        b"\\",
        b'"',
        b"<",
    ),
    *(b">", b";", b",", b":", b"=", b"@", b"[", b"]", b"[::", b"::1", b"-1", b"0", b"65536", b"4294967296"),
    *(
        b"99999999999999999999",
        b"\xc3\xa9",
        b"\xed\xa0\x80",
        b"sip:",
        b"tel:",
        b"sips:",
        b"SIP/2.0",
        b";tag=",
    ),
    *(b";branch=z9hG4bK", b";lr", b";maddr=127.0.0.1", b";received=", b";rport=", b";transport=tcp"),
    *(
        b"Content-Length: 5\r\n",
        b"Require: x\r\n",
        b"Supported: 100rel, timer, replaces\r\n",
        b"Route: <sip:a;lr>\r\n",
    ),
    *(
        b"Replaces: a;to-tag=b;from-tag=c\r\n",
        b"Refer-To: <sip:a@b>\r\n",
        b"Session-Expires: 1\r\n",
        b"Min-SE: 0\r\n",
    ),
    *(
        b"RAck: 1 1 INVITE\r\n",
        b"Event: refer\r\n",
        b"Authorization: Digest a=b\r\n",
        b"Proxy-Require: y\r\n",
    ),
    *(b"m=audio 0 RTP/AVP 8\r\n", b"m=video 9 RTP/SAVP 96\r\n", b"c=IN IP6 ::1\r\n", b"c=IN IP4 0.0.0.0\r\n"),
    *(
        b"a=rtpmap:8 PCMA/0\r\n",
        b"a=ptime:0\r\n",
        b"a=ptime:100000\r\n",
        b"a=rtcp-mux\r\n",
        b"a=inactive\r\n",
    ),
    *(
        b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n",
        b"a=fmtp:8 \r\n",
        b"a=rtcp:1 IN IP4 1.2.3.4\r\n",
    ),
    *(b"a=candidate:1 1 UDP 1 1.2.3.4 5 typ host\r\n", b"a=setup:active\r\n", b"a=fingerprint:sha-1 00\r\n"),
)
_ODD_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        2**63,
        1e308,
        -0.5,
        "",
        " ",
        "\u0000",
        "é" * 300,
        "\ud7ff",
        "a" * 5000,
    ),
    *(
        [],
        {},
        [[]],
        {"a": 1},
        "<script>",
        "../../etc/passwd",
        "' OR 1=1 --",
        "/restart",
        "{}",
        "NaN",
        "²",
        "٣",
    ),
)

Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def dice(seed: int, wire: str, number: int) -> random.Random:
    """What decides everything about one input."""
    return random.Random(f"{seed}/{wire}/{number}")


def changed(rng: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One of the corpus after one to eight changes."""
    made = bytearray(rng.choice(corpus))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        rng.choice(_CHANGES)(rng, made, corpus)
    return bytes(made[:MAX_INPUT_BYTES])


def changed_json(rng: random.Random, corpus: Sequence[dict[str, Any]]) -> str:
    """One of the corpus with odd values, without fields, or broken as text."""
    body: Any = json.loads(json.dumps(rng.choice(corpus)))
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        key = rng.choice([*body, "event", "new"])
        match rng.randrange(5):
            case 0:
                body.pop(key, None)
            case 1:
                body[key] = rng.choice(corpus).get(key, rng.choice(_ODD_VALUES))
            case _:
                body[key] = rng.choice(_ODD_VALUES)
    text = json.dumps(body, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.3:
        text = (
            changed(rng, [text.encode()])
            .decode(errors="surrogateescape")
            .encode(errors="replace")
            .decode(errors="replace")
        )
    return "[" * 5000 + text if rng.random() < 0.01 else text


def _flip(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    if made:
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)


def _set(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    if made:
        made[rng.randrange(len(made))] = rng.randrange(256)


def _insert(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    at = rng.randrange(len(made) + 1)
    made[at:at] = rng.choice(_PIECES)


def _repeat(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    at = rng.randrange(len(made) + 1)
    piece = made[at : at + rng.choice((1, 2, 8, 40))] or bytearray(b"A")
    made[at:at] = piece * rng.choice((2, 10, 100, 1000))


def _cut(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    at = rng.randrange(len(made) + 1)
    del made[at : at + rng.choice((1, 2, 5, 20, 100))]


def _end(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    del made[rng.randrange(len(made) + 1) :]


def _splice(rng: random.Random, made: bytearray, corpus: Sequence[bytes]) -> None:
    other = rng.choice(corpus)
    made[rng.randrange(len(made) + 1) :] = other[rng.randrange(len(other) + 1) :]


def _line(rng: random.Random, made: bytearray, corpus: Sequence[bytes]) -> None:
    """Drop, double, move or borrow one line."""
    lines = bytes(made).split(b"\r\n")
    at = rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(rng.randrange(len(lines)), lines.pop(at))
        case 3:
            lines[at] = rng.choice(rng.choice(corpus).split(b"\r\n"))
    made[:] = b"\r\n".join(lines)


def _number(rng: random.Random, made: bytearray, _: Sequence[bytes]) -> None:
    """Put another number where one stands."""
    digits = [at for at, octet in enumerate(made) if 48 <= octet <= 57]
    if digits:
        at = rng.choice(digits)
        made[at : at + 1] = rng.choice((b"", b"-", b"00", b"65535", b"65536", b"2147483648", b"9" * 40))


_CHANGES: tuple[Change, ...] = (
    *(_flip, _set, _insert, _insert, _repeat, _cut, _end, _splice, _line, _line, _line, _number, _number),
)
