"""Certificates that nobody but a test vouches for."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """Paths of PEM files."""

    certificate: Path
    key: Path

    @property
    def of_a_worker(self) -> dict[str, str]:
        """The settings of a worker that speaks SIP over TLS with it, as `lab.worker` takes them."""
        return {"sip_transport": "tls", "sip_tls_cert": str(self.certificate), "sip_tls_key": str(self.key)}


def self_signed(folder: Path) -> Certificate:
    """Sign one for 127.0.0.1 and sip.example.fr, good for two days."""
    made = Certificate(folder / "fullchain.pem", folder / "privkey.pem")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", "/CN=sip.example.fr"),
            *("-addext", "subjectAltName=IP:127.0.0.1,DNS:sip.example.fr"),
            *("-keyout", str(made.key), "-out", str(made.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return made
