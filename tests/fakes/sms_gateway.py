"""An SMS gateway for tests: takes what it is sent over HTTP and remembers it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = '{"to": "{to}", "message": "{text}"}'


class SmsGatewayServer:
    """url: where it listens. sent: recipient and text of each message, in order."""

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{http.server_port}/sms"
        self.sent: list[tuple[str, str]] = []


@contextmanager
def sms_gateway() -> Iterator[SmsGatewayServer]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            gateway.sent.append((message["to"], message["message"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway = SmsGatewayServer(http)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield gateway
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
