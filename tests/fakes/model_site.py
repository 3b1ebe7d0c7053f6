"""A publisher's site on loopback: serves files, honours ranges, and can cut a download short."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelSite:
    """files: path to content. cut_after: path to how many bytes are sent before the line breaks, once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut_after: dict[str, int] = {}
        self.requests: list[tuple[str, str]] = []
        self.url = ""

    @contextmanager
    def running(self) -> Iterator[ModelSite]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("range", "")
                site.requests.append((self.path, wanted))
                content = site.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
                if start and start >= len(content):
                    self.send_error(416)
                    return
                rest = content[start:]
                self.send_response(206 if start else 200)
                self.send_header("content-length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest[: site.cut_after.pop(self.path, len(rest))])

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler
