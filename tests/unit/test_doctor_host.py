"""`callbot doctor` on the machine itself: its clock, its room, its backups and its certificates."""

import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from bot.backup.marker import MARKER, note_backup
from bot.doctor import certificates, host
from bot.doctor.finding import State
from tests.fakes.findings import states
from tests.fakes.http_answers import listening
from tests.fakes.ports import free_ports

NOW = datetime.now(UTC)


@contextmanager
def web_server(date: datetime, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that believes it is `date`."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", format_datetime(date, usegmt=True))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with listening(Handler, context) as url:
        yield url


@pytest.mark.parametrize(
    ("ahead", "state"),
    [(0, State.OK), (20, State.WARNING), (-20, State.WARNING), (3600, State.FAULT), (-3600, State.FAULT)],
)
def test_the_clock_is_compared_with_a_configured_server(ahead: int, state: State) -> None:
    (nobody,) = free_ports(1)
    with (
        web_server(datetime.now(UTC) + timedelta(seconds=ahead)) as url,
        httpx.Client(trust_env=False) as client,
    ):
        (found,) = host.check_clock([f"http://127.0.0.1:{nobody}", url], client)
    assert found.state is state


def test_without_a_server_the_kernel_is_asked() -> None:
    with httpx.Client() as client:
        (found,) = host.check_clock([], client)
    assert "keep" in found.what


def test_disk_memory_and_backups(tmp_path: Path) -> None:
    assert host.check_disk(tmp_path, 0, 0).state is State.OK
    assert host.check_disk(tmp_path, 0, 10**18).state is State.WARNING
    assert host.check_disk(tmp_path, 10**18, 10**18).state is State.FAULT
    assert host.check_memory(is_running=False, least_bytes=10**18).state is State.FAULT
    assert host.check_memory(is_running=True, least_bytes=10**18).state is not State.FAULT
    assert host.check_backup(tmp_path, NOW).what == "none was ever made"
    note_backup(tmp_path, tmp_path)
    assert host.check_backup(tmp_path, NOW).state is State.OK
    os.utime(tmp_path / MARKER, (0, (NOW - timedelta(days=3)).timestamp()))
    assert host.check_backup(tmp_path, NOW).state is State.WARNING
    note_backup(tmp_path, tmp_path / "gone")
    assert "not there" in host.check_backup(tmp_path, NOW).what


def certificate(folder: Path, name: str, days: int) -> tuple[Path, Path]:
    """Have openssl sign one for 127.0.0.1 that ends in so many days; certificate and key."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", "/CN=pbx.example", "-addext", "subjectAltName=IP:127.0.0.1", "-days", str(days)),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


def test_certificates_that_end_and_keys_that_do_not_fit(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "long", 300)
    _, other = certificate(tmp_path, "other", 300)

    def look(at: datetime, cert: Path = cert, key: Path = key) -> list[State]:
        env = {"CALLBOT_SIP_TLS_CERT": str(cert), "CALLBOT_SIP_TLS_KEY": str(key)}
        return states(certificates.check_sip_certificate(env, at))

    assert look(NOW) == [State.OK]
    assert look(NOW + timedelta(days=290)) == [State.WARNING]
    assert look(NOW + timedelta(days=301)) == [State.FAULT]
    assert look(NOW, key=other) == [State.OK, State.FAULT]
    assert look(NOW, cert=tmp_path / "none.pem") == [State.FAULT, State.FAULT]
    assert states(certificates.check_sip_certificate({}, NOW)) == [State.OK]


def test_the_certificate_that_browsers_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = certificate(tmp_path, "web", 30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with web_server(NOW, context) as url:
        assert states(certificates.check_public_certificate(url, NOW)) == [State.FAULT]
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert states(certificates.check_public_certificate(url, NOW)) == [State.OK]
        later = NOW + timedelta(days=20)
        assert states(certificates.check_public_certificate(url, later)) == [State.WARNING]
    assert states(certificates.check_public_certificate(url, NOW)) == [State.WARNING]
    assert states(certificates.check_public_certificate("http://plain.example", NOW)) == []
