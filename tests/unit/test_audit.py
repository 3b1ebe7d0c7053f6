"""The audit of dependencies, against a small OSV database of its own: what is known, what is not asked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.fakes.http_answers import listening
from tests.fakes.ports import free_ports

FAULTS = {("jinja2", "2.11.2"): ("GHSA-g3rq-g295-4j3m", "2.11.3"), ("old-one", "1.0"): ("OSV-2026-1", "1.1")}


@contextmanager
def database(faults: dict[tuple[str, str], tuple[str, str]]) -> Iterator[str]:
    """The query interface of the OSV database."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = asked["package"]["name"]
            known = faults.get((name, asked["version"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"vulns": [_fault(name, *known)]} if known else {}).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with listening(Handler) as url:
        yield f"{url}/v1/query"


def _fault(name: str, identifier: str, repaired: str) -> dict[str, object]:
    events = [{"introduced": "0"}, {"fixed": repaired}]
    affected = {
        "package": {"name": name, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"id": identifier, "summary": "", "published": "2026-01-01T00:00:00Z", "affected": [affected]}


def audit(url: str, lock: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.audit", "--osv-url", url, str(lock), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_known_fault_is_named_and_fails(tmp_path: Path) -> None:
    lock = tmp_path / "main.lock"
    lock.write_text("old-one==1.0\nnew-one==2.0\n")
    with database(FAULTS) as url:
        told = audit(url, lock)
        assert audit(url, lock, "--report").returncode == 0
    assert told.returncode == 1, told.stderr
    assert "main.lock: 2 of 2 packages audited with OSV, 1 faults known" in told.stdout
    assert "old-one 1.0: OSV-2026-1, repaired in 1.1" in told.stdout


def test_without_a_database_nothing_is_said_to_be_well(tmp_path: Path) -> None:
    lock = tmp_path / "main.lock"
    lock.write_text("old-one==1.0\n")
    (nobody,) = free_ports(1)
    with database({}) as empty:
        for url in (f"http://127.0.0.1:{nobody}/v1/query", empty):
            told = audit(url, lock)
            assert (told.returncode, "not audited" in told.stdout) == (0, True), told.stdout
