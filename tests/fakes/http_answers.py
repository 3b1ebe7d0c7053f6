"""An HTTP server that really listens and answers what a test tells it to, well or badly."""

from __future__ import annotations

import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Misbehaviour(StrEnum):
    """What a server can do instead of answering."""

    DROP = "the connection breaks before any answer"
    CUT = "the connection breaks in the middle of the answer"
    MUTE = "nothing comes, the connection stays"
    DRIP = "the answer comes in drops, for ever"


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    raw_query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class AnsweringServer:
    """answers: what comes next, in order: (status, content type, body) or a misbehaviour; then `usual`."""

    usual: tuple[int, str, bytes] = (200, "application/json", b"{}")
    answers: list[tuple[int, str, bytes] | Misbehaviour] = field(default_factory=list)
    by_path: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    def next_answer(self, path: str) -> tuple[int, str, bytes] | Misbehaviour:
        if self.answers:
            return self.answers.pop(0)
        return self.by_path.get(path, self.usual)


@contextmanager
def answering(tls: ssl.SSLContext | None = None) -> Iterator[AnsweringServer]:
    """Listen on a free port of this machine. tls: the server's certificate, None for plain HTTP."""
    script = AnsweringServer()
    with listening(_handler(script), tls) as script.url:
        try:
            yield script
        finally:
            script.released.set()


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Have `handler` answer on a free port of this machine; gives the server's address, without a path."""
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        # Clients that do not trust the certificate, or will not wait, are part of the tests.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _handler(script: AnsweringServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._exchange()

        def do_POST(self) -> None:
            self._exchange()

        def do_PUT(self) -> None:
            self._exchange()

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `seen`."""

        def _exchange(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(parts.query, keep_blank_values=True)
            script.seen.append(Seen(self.command, parts.path, query, parts.query, headers, body))
            self.close_connection = True
            answer = script.next_answer(parts.path)
            if answer is Misbehaviour.DROP:
                return
            if answer is Misbehaviour.MUTE:
                script.released.wait()
                return
            self._answer(answer)

        def _answer(self, answer: tuple[int, str, bytes] | Misbehaviour) -> None:
            status, kind, body = script.usual if isinstance(answer, Misbehaviour) else answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in script.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if answer is Misbehaviour.DRIP:
                self._drip(body)
                return
            self.wfile.write(body[: len(body) // 2] if answer is Misbehaviour.CUT else body)

        def _drip(self, body: bytes) -> None:
            for position in range(len(body)):
                if script.released.wait(0.1):
                    return
                try:
                    self.wfile.write(body[position : position + 1])
                except OSError:
                    return

    return Handler
