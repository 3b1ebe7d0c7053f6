"""Floods a SIP port from a process of its own: `python -m tests.torture.flood PORT SECONDS PER_S`.

Half INVITEs, half REGISTERs, from as many addresses as there are messages. Prints how many were sent.
"""

from __future__ import annotations

import itertools
import socket
import sys
import time

from tests.torture.messages import offer


def main() -> None:
    port, seconds, per_s = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    sdp = offer("127.0.0.1", 9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        started_s = time.monotonic()
        for number in itertools.count():
            due_s = started_s + number / per_s
            if due_s - started_s >= seconds:
                break
            time.sleep(max(0.0, due_s - time.monotonic()))
            sender.sendto(_message(number, port, sender.getsockname()[1], sdp), ("127.0.0.1", port))
    print(number)


def _message(number: int, port: int, own_port: int, sdp: str) -> bytes:
    method, body = ("INVITE", sdp) if number % 2 else ("REGISTER", "")
    me = f"127.0.0.1:{own_port}"
    lines = [
        f"{method} sip:3000@127.0.0.1:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {me};rport;branch=z9hG4bKflood{number}",
        f"From: <sip:flood{number}@{me}>;tag={number}",
        f"To: <sip:3000@127.0.0.1:{port}>",
        f"Call-ID: flood{number}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:flood@{me}>",
        "Max-Forwards: 70",
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


if __name__ == "__main__":
    main()
