"""What RFC 3261 calls a dialog, as far as a further request inside it needs; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.identity import headers_of, host_of

# PJSIP starts below 2^15 and counts by one.
ABOVE_ALL_USED = 2**17
_ADDRESS = re.compile(r"<([^>]+)>")
_ROUTE = re.compile(r"<[^>]+>[^,]*")


@dataclass(frozen=True)
class Dialog:
    """call_id: SIP's. local, remote: From and To of our requests, with their tags. target: the other side's
    Contact, a URI. routes: in the order in which our requests pass them. contact: ours, a header's value.
    is_caller: whether the other side called us. cseq: of our last request, or higher.
    """

    call_id: str
    local: str
    remote: str
    target: str
    routes: tuple[str, ...]
    contact: str
    is_caller: bool
    cseq: int = ABOVE_ALL_USED

    @property
    def next_hop(self) -> str:
        """The URI to which our requests are sent."""
        return address_of(self.routes[0]) if self.routes else self.target

    def request(self, method: str, cseq: int, branch: str, transport: str, *headers: str) -> bytes:
        """Write a request without a body. transport: of SIP, such as "udp". headers: more lines."""
        lines = (
            f"{method} {self.target} SIP/2.0",
            f"Via: SIP/2.0/{transport.upper()} {host_of(self.contact)};rport;branch=z9hG4bK{branch}",
            "Max-Forwards: 70",
            f"From: {self.local}",
            f"To: {self.remote}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: {self.contact}",
            *(f"Route: {route}" for route in self.routes),
            *headers,
            "User-Agent: callbot",
            "Content-Length: 0",
            "",
            "",
        )
        return "\r\n".join(lines).encode()


def dialog_of(answer: str, contact: str, target: str, *, is_caller: bool) -> Dialog:
    """Read the 2xx to an INVITE: our own if the other side called us. contact, target: ours, the other's.

    Raises ValueError when it is no such answer.
    """
    headers = list(headers_of(answer))
    first = dict(headers)
    try:
        sender, recipient, call_id = first["from"], first["to"], first["call-id"]
    except KeyError as error:
        raise ValueError("not an answer") from error
    # The last header line comes first.
    recorded = [_ROUTE.findall(value) for name, value in headers if name == "record-route"]
    routes = [route.strip() for line in reversed(recorded) for route in line]
    return Dialog(
        call_id,
        local=recipient if is_caller else sender,
        remote=sender if is_caller else recipient,
        target=address_of(target),
        routes=tuple(routes if is_caller else reversed(routes)),
        contact=contact,
        is_caller=is_caller,
    )


def address_of(header: str) -> str:
    """The URI of a Contact, From, To or Route."""
    found = _ADDRESS.search(header)
    return found[1] if found else header.partition(";")[0].strip()
