"""Who calls, whom they dialled, and where a transfer goes: SIP names to plain values and back; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_COMPACT = {"f": "from", "i": "call-id", "m": "contact", "t": "to", "v": "via"}
_RECEIVED = re.compile(r";\s*received\s*=\s*([0-9A-Fa-f.:\[\]]+)", re.IGNORECASE)
_SENT_BY = re.compile(r"/[A-Za-z]+\s+(\[[^\]]+\]|[^\s:;,]+)")
_URI = re.compile(r"(sips?|tel):([^\s<>;?\"]+)", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[^0-9A-Za-z+*#._-]")
_SAFE_NUMBER = re.compile(r"[0-9A-Za-z+*#._-]{1,64}")
_SAFE_URI = re.compile(r"sips?:[!-;=?-~]{1,256}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_MAX_NAME = 64


def caller_of(invite: str) -> str:
    """The calling number or name as signalled in an INVITE's text, "" when it is withheld."""
    headers = dict(headers_of(invite))
    withheld = {part.strip().lower() for part in re.split("[;,]", headers.get("privacy", ""))}
    if withheld & {"id", "user", "full"}:
        return ""
    for name in ("p-asserted-identity", "from"):
        user = user_of(headers.get(name, ""))
        if user:
            return "" if user.lower() in {"anonymous", "unavailable", "unknown", "restricted"} else user
    return ""


def callee_of(invite: str) -> str:
    """The number or name that was dialled, from the To header."""
    return user_of(dict(headers_of(invite)).get("to", ""))


def signalling_hosts(invite: str, source: str) -> set[str]:
    """From where the caller speaks SIP: who sent us an INVITE, and what proxies before noted in Via."""
    hosts = {source.rpartition(":")[0]}
    for name, value in headers_of(invite):
        if name == "via":
            for via in value.split(","):
                received = _RECEIVED.search(via)
                sent_by = _SENT_BY.search(via)
                hosts |= {found[1] for found in (received or sent_by,) if found is not None}
    return {host.strip("[]") for host in hosts} - {""}


def user_of(address: str) -> str:
    """The user part of the first SIP or tel URI in `address`, "" if there is none."""
    found = _URI.search(address)
    if found is None:
        return ""
    scheme, rest = found[1].lower(), found[2]
    user, at, _ = rest.partition("@")
    if scheme != "tel" and not at:
        return ""
    return _NOT_IN_A_NAME.sub("", user.partition(":")[0])[:_MAX_NAME]


def host_of(address: str) -> str:
    """host[:port] of the first SIP URI in `address`, "" if there is none."""
    found = _URI.search(address)
    return found[2].rpartition("@")[2] if found and found[1].lower() != "tel" else ""


def without_port(host: str) -> str:
    """The host of host[:port]; an IPv6 address with a port stands in brackets, which are left out."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def transfer_uri(to: str, domain: str) -> str:
    """The URI to refer somebody to. to: SIP URI, or a number, which is completed with `domain`.

    Raises ValueError for anything that could not stand in a SIP header.
    """
    if _SAFE_URI.fullmatch(to):
        return to
    if _SAFE_NUMBER.fullmatch(to) and domain:
        return f"sip:{to}@{domain}"
    raise ValueError("neither a SIP URI nor a number")


def over(uri: str, transport: str) -> str:
    """The URI as somebody must call it who speaks that transport only; SIP takes UDP unless it is told."""
    address, question, headers = uri.partition("?")
    if transport == "udp" or ";transport=" in address.lower():
        return uri
    return f"{address};transport={transport}{question}{headers}"


def safe_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers that may be added to a request. Raises ValueError when one would break the message."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not value.isprintable():
            raise ValueError("not a SIP header")
    return list(headers.items())


def headers_of(message: str) -> Iterator[tuple[str, str]]:
    """Header names in lower case with their values, the last first so that dict() keeps the first."""
    head = re.split(r"\r?\n\r?\n", message, maxsplit=1)[0]
    lines = re.sub(r"\r?\n[ \t]+", " ", head).splitlines()[1:]
    for line in reversed(lines):
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            yield _COMPACT.get(key, key), value.strip()
