"""Whether an offer or answer of sound is one that PJSIP can agree to; pure.

PJSIP 2.15.1 frees memory that it still uses when it has to refuse an offer in a call that is up, and dies of
a later one. So what it would refuse, and what no telephone writes, is refused before it sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

MAX_BYTES = 8_000
MAX_MEDIA = 8
MAX_LINE = 1_000
_STATIC_PAYLOADS = frozenset({0, 8, 9})
_CODECS = frozenset({"pcma/8000", "pcmu/8000", "g722/8000"})
_LINE = re.compile(r"[a-z]=[^\x00-\x08\x0a-\x1f]*")
_ORIGIN = re.compile(r"\S+ [0-9]{1,20} [0-9]{1,20} IN IP[46] \S+")
_TIME = re.compile(r"[0-9]{1,20} [0-9]{1,20}")
_MEDIA = re.compile(r"([a-z]+) ([0-9]{1,5})(?:/[0-9]{1,3})? ([A-Za-z0-9/]+)((?: [!-~]+)+)")
_CONNECTION = re.compile(r"IN IP([46]) ([0-9A-Fa-f.:]+)(?:/[0-9/]+)?")
_RTPMAP = re.compile(r"rtpmap:([0-9]{1,3}) ([!-.0-~]+/[1-9][0-9]{2,5})(?:/[1-9])?\s*")
_PACKET_TIME = re.compile(r"(?:max)?ptime:\s*([0-9]{1,3})(?:\.[0-9]+)?\s*")
_PLAIN, _ENCRYPTED = frozenset({"RTP/AVP", "RTP/AVPF"}), frozenset({"RTP/SAVP", "RTP/SAVPF"})
_CRYPTO = re.compile(r"crypto:[0-9]{1,9} [A-Z0-9_]+ inline:[A-Za-z0-9+/=|:]+(?: .*)?")


@dataclass(frozen=True, slots=True)
class Terms:
    """takes_plain, takes_encrypted: RTP and SRTP."""

    takes_plain: bool = True
    takes_encrypted: bool = False


def fault_of(sdp: str, terms: Terms) -> str:
    """What is wrong with it, in a word for logs; "" when nothing is."""
    if len(sdp) > MAX_BYTES:
        return "length"
    lines = [line for line in sdp.replace("\r\n", "\n").split("\n") if line]
    if not all(len(line) <= MAX_LINE and _LINE.fullmatch(line) for line in lines):
        return "line"
    first = next((at for at, line in enumerate(lines) if line[0] == "m"), len(lines))
    session, rest = lines[:first], lines[first:]
    if not _is_session(session):
        return "session"
    media = _split(rest)
    if not 0 < len(media) <= MAX_MEDIA:
        return "media"
    shared = _connection(session)
    faults = [_fault_of_media(each, shared, terms) for each in media]
    if any(fault == "syntax" for fault in faults):
        return "syntax"
    return "" if "" in faults else faults[0]


def _is_session(lines: list[str]) -> bool:
    by_type = {line[0]: line[2:] for line in lines}
    return (
        [line[0] for line in lines[:3]] == ["v", "o", "s"]
        and by_type["v"].strip() == "0"
        and _ORIGIN.fullmatch(by_type["o"].strip()) is not None
        and _TIME.fullmatch(by_type.get("t", "").strip()) is not None
        and sum(line[0] == "c" for line in lines) <= 1
    )


def _split(lines: list[str]) -> list[list[str]]:
    media: list[list[str]] = []
    for line in lines:
        if line[0] == "m":
            media.append([])
        media[-1].append(line)
    return media


def _connection(lines: list[str]) -> str:
    return next((line[2:].strip() for line in lines if line[0] == "c"), "")


def _fault_of_media(lines: list[str], shared: str, terms: Terms) -> str:
    """ "" for sound that we can agree to, "syntax" for what no other media of the offer makes up for."""
    media = _MEDIA.fullmatch(lines[0][2:].strip())
    connection = _CONNECTION.fullmatch(_connection(lines) or shared)
    if media is None or int(media[2]) > 65_535 or connection is None:
        return "syntax"
    try:
        address = ip_address(connection[2])
    except ValueError:
        return "syntax"
    if address.version != int(connection[1]) or address.is_multicast:
        return "syntax"
    attributes = [line[2:] for line in lines if line[0] == "a"]
    if not all(_is_attribute(each) for each in attributes):
        return "syntax"
    if media[1] != "audio" or media[2] == "0":
        return "no_sound"
    if address.version != 4:
        return "address"
    is_encrypted = media[3] in _ENCRYPTED and any(_CRYPTO.fullmatch(each) for each in attributes)
    if not ((is_encrypted and terms.takes_encrypted) or (media[3] in _PLAIN and terms.takes_plain)):
        return "transport"
    return "" if _has_codec(media[4].split(), attributes) else "codec"


def _is_attribute(text: str) -> bool:
    """Whether the numbers in those that PJSIP reads are such as they should be."""
    if text.startswith("rtpmap"):
        return _RTPMAP.fullmatch(text) is not None
    if text.startswith(("ptime", "maxptime")):
        found = _PACKET_TIME.fullmatch(text)
        return found is not None and 0 < int(found[1]) <= 200
    return True


def _has_codec(formats: list[str], attributes: list[str]) -> bool:
    names = {found[1]: found[2].lower() for each in attributes if (found := _RTPMAP.fullmatch(each))}
    for name in formats:
        if not (name.isascii() and name.isdigit()):
            continue
        if name in names:
            if names[name] in _CODECS:
                return True
        elif int(name) in _STATIC_PAYLOADS:
            return True
    return False
