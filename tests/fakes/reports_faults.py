"""A proxy in front of a report system that spoils the exchanges it is told to."""

from __future__ import annotations

import http.client
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What the proxy does to one exchange."""

    NONE = "the answer comes through"
    LOST_BEFORE = "the connection breaks before the server sees the request"
    LOST_AFTER = "the server does its work, then the connection breaks"
    CUT = "the server does its work, then the connection breaks in the middle of the answer"
    HALF = "the server does its work; half of its answer comes, as if it were whole"
    MUTE = "the server does its work; nothing comes, the connection stays"
    DRIP = "the server does its work; its answer comes in drops, for ever"
    HTML = "a page of a proxy instead of the answer, status 200"
    NOT_JSON_LIST = "JSON of another kind, status 200"
    BAD_GATEWAY = "status 502, after the server did its work"
    ERROR = "status 500"
    UNAVAILABLE = "status 503"
    FORBIDDEN = "status 403"
    REFUSED = "status 400"
    NOT_FOUND_PAGE = "status 404 by something that is no GeoReport server"
    REDIRECT = "status 301"
    SEE_OTHER = "status 303, after the server did its work"
    RATE_LIMIT = "status 429, with a time to wait"
    CLOSED_SERVICE = "GeoReport's own refusal: this service takes no requests any more"
    SAME_ID = "the identifier of the very first request, whatever was filed"


_CANNED: dict[Fault, tuple[int, bytes]] = {
    Fault.HTML: (200, b"<!DOCTYPE html><html><body>Portail</body></html>"),
    Fault.NOT_JSON_LIST: (200, b'{"ok": true}'),
    Fault.BAD_GATEWAY: (502, b"<html>Bad Gateway</html>"),
    Fault.ERROR: (500, b"oops"),
    Fault.UNAVAILABLE: (503, b""),
    Fault.FORBIDDEN: (403, b"[]"),
    Fault.REFUSED: (400, b'[{"code": 400, "description": "no"}]'),
    Fault.NOT_FOUND_PAGE: (404, b"<html>not here</html>"),
    Fault.REDIRECT: (301, b""),
    Fault.SEE_OTHER: (303, b""),
    Fault.RATE_LIMIT: (429, b""),
    Fault.CLOSED_SERVICE: (404, b'[{"code": "404", "description": "service_code was not found"}]'),
    Fault.SAME_ID: (200, b'[{"service_request_id": "1"}]'),
}
_SERVER_WORKS_FIRST = frozenset(
    {
        Fault.NONE,
        Fault.LOST_AFTER,
        Fault.CUT,
        Fault.HALF,
        Fault.MUTE,
        Fault.DRIP,
        Fault.BAD_GATEWAY,
        Fault.SEE_OTHER,
    }
)


class FaultyProxy:
    """Passes exchanges to a server and spoils those that it is told to.

    faults: by method, what happens to the next exchanges, in order; afterwards all come through.
    seen: method and path of each request.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream)
        self.faults: dict[str, list[Fault]] = {"GET": [], "POST": []}
        self.seen: list[str] = []
        self.released = threading.Event()
        self._lock = threading.Lock()

    def next_fault(self, method: str, path: str) -> Fault:
        # Discovery is asked for in passing: spoiling it is no part of what is tried here.
        with self._lock:
            self.seen.append(f"{method} {path.partition('?')[0]}")
            faults = [] if "/discovery." in path else self.faults[method]
            return faults.pop(0) if faults else Fault.NONE

    def forward(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(str(self._upstream.hostname), self._upstream.port)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers["Content-Type"], response.read()
        finally:
            connection.close()


@contextmanager
def faulty_proxy(
    upstream: str, kind: type[FaultyProxy] = FaultyProxy, certificate: Path | None = None
) -> Iterator[tuple[str, FaultyProxy]]:
    """Listen in front of a server; gives the proxy's base with the same path, and the proxy.

    certificate: a file with certificate and key, to speak TLS.
    """
    proxy = kind(upstream)
    server = _ProxyServer(("127.0.0.1", 0), _handler(proxy))
    scheme = "http"
    if certificate is not None:
        scheme = "https"
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}{urlsplit(upstream).path}", proxy
    finally:
        proxy.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _ProxyServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        # Clients that are killed while they are answered are part of the tests.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(proxy: FaultyProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._exchange("GET")

        def do_POST(self) -> None:
            self._exchange("POST")

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `seen`."""

        def _exchange(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = proxy.next_fault(method, self.path)
            self.close_connection = True
            status, kind, answer = 0, "text/html", b""
            if fault in _SERVER_WORKS_FIRST:
                headers = {"Content-Type": self.headers.get("Content-Type", "text/plain")}
                status, kind, answer = proxy.forward(method, self.path, body, headers)
            if fault in (Fault.LOST_BEFORE, Fault.LOST_AFTER):
                return
            if fault is Fault.MUTE:
                proxy.released.wait()
                return
            if fault in _CANNED:
                status, answer = _CANNED[fault]
            self._answer(fault, status, kind, answer)

        def _answer(self, fault: Fault, status: int, kind: str, answer: bytes) -> None:
            half = answer[: len(answer) // 2]
            length = len(half) if fault is Fault.HALF else len(answer)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length))
            if status == 429:
                self.send_header("Retry-After", "120")
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            if fault is Fault.DRIP:
                self._drip(answer)
                return
            self.wfile.write(half if fault in (Fault.CUT, Fault.HALF) else answer)

        def _drip(self, answer: bytes) -> None:
            # Each drop comes well within the client's patience; all of them never do.
            for position in range(len(answer)):
                if proxy.released.wait(0.1):
                    return
                try:
                    self.wfile.write(answer[position : position + 1])
                except OSError:
                    return

    return Handler
