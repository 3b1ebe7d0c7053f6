"""Certificates: of SIP over TLS, and of the public address."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.doctor.finding import Finding, fault, ok, warning

SOON = timedelta(days=21)
ANSWER_S = 5.0
_RENEW = "renew it, then restart the telephony workers (`callbot restart telephony0`)"


def check_sip_certificate(env: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """The certificate of SIP over TLS, its key, and those that the PBX is checked with; if there are any."""
    cert, key, trusted = (env.get(f"CALLBOT_SIP_TLS_{name}", "") for name in ("CERT", "KEY", "CA"))
    for name, path in (("certificate", cert), ("trusted certificates", trusted)):
        if path:
            yield _file_finding(Path(path), name, now)
    if cert and key:
        yield from _key_findings(Path(cert), Path(key))
    if not (cert or trusted):
        yield ok("certificate", "none is used for SIP")


def check_public_certificate(public_url: str, now: datetime) -> Iterator[Finding]:
    """The certificate that browsers see, if the public address has one."""
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        return
    host, port = parts.hostname, parts.port or 443
    try:
        with (
            socket.create_connection((host, port), ANSWER_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            der = secured.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as error:
        yield fault("certificate", f"{host}: {error.verify_message}", "renew it at the web server before us")
        return
    except OSError as error:
        what = f"{host} could not be asked ({type(error).__name__})"
        yield warning("certificate", what, "is CALLBOT_PUBLIC_URL right, is the web server before us up?")
        return
    assert der is not None, "it was verified"
    yield _finding(host, x509.load_der_x509_certificate(der).not_valid_after_utc, now)


def _file_finding(path: Path, name: str, now: datetime) -> Finding:
    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        return fault(
            "certificate", f"{name} {path} cannot be read ({type(error).__name__})", "give its PEM file"
        )
    return _finding(f"{name} {path}", min(each.not_valid_after_utc for each in certificates), now)


def _finding(name: str, ends_at: datetime, now: datetime) -> Finding:
    days = (ends_at - now) // timedelta(days=1)
    if ends_at <= now:
        return fault("certificate", f"{name} ended {-days} days ago", _RENEW)
    if ends_at - now < SOON:
        return warning("certificate", f"{name} ends in {days} days", _RENEW)
    return ok("certificate", f"{name} is good for {days} days")


def _key_findings(cert: Path, key: Path) -> Iterator[Finding]:
    try:
        public = x509.load_pem_x509_certificates(cert.read_bytes())[0].public_key()
        ours = load_pem_private_key(key.read_bytes(), None).public_key()
    except (OSError, ValueError, TypeError) as error:
        yield fault(
            "certificate", f"the key {key} cannot be read ({type(error).__name__})", "give its PEM file"
        )
        return
    if public != ours:
        yield fault("certificate", f"the key {key} is not that of {cert}", "give the key made with it")
