"""Who may come in from the web: pages of the allowed sites, and from which address."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


class Origins:
    """The sites whose pages may open a chat. allowed: "https://www.nimes.fr"…"""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(origin for each in allowed if (origin := origin_of(each)))

    def allows(self, connection: HTTPConnection) -> bool:
        """Whether a request comes from an allowed page; one that does not say from where does not."""
        return origin_of(connection.headers.get("origin", "")) in self._allowed


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, in lower case; "" when it is none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    suffix = "" if port in (None, usual) else f":{port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{suffix}"


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from, as far as the server knows (a proxy on loopback may tell)."""
    return connection.client.host if connection.client else ""
