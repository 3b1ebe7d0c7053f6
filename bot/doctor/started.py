"""A callbot of the doctor's own, for a call where none runs: other ports, databases of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

# A minute on an idle machine; several where it is busy, or sentences are still to be rendered.
READY_WITHIN_S = 600.0
STOPS_WITHIN_S = 60.0
# What takes minutes to make is shared.
_SHARED = ("models", "phrases", "rasa/models")
_PORTS = ("sip", "public", "internal", "rasa", "rasa2", "actions", "backend", "metrics")


class NotReadyError(Exception):
    """It did not get so far as to answer calls; the message is the last line that it printed."""


@contextmanager
def started_callbot(root: Path, var_dir: Path) -> Iterator[int]:
    """Give the SIP port of a callbot that answers calls, until the block ends. Raises NotReadyError."""
    with tempfile.TemporaryDirectory(prefix="callbot-doctor-") as folder:
        own = Path(folder)
        (own / "rasa").mkdir()
        for shared in _SHARED:
            (own / shared).symlink_to((var_dir / shared).absolute())
        ports = _free_ports()
        log = own / "up.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "up", *_options(ports)],
                cwd=root,
                env={**os.environ, "CALLBOT_VAR_DIR": str(own), "CALLBOT_SIP_REGISTRAR": ""},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(process, f"http://127.0.0.1:{ports['public']}/healthz", log)
            yield ports["sip"]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOPS_WITHIN_S)


def _options(ports: dict[str, int]) -> list[str]:
    named = [word for name, port in ports.items() for word in (f"--{name}-port", str(port))]
    return [*named, "--rtp-port", str(min(ports["sip"] + 1000, 60_000) // 2 * 2)]


def _free_ports() -> dict[str, int]:
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in _PORTS]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {name: each.getsockname()[1] for name, each in zip(_PORTS, sockets, strict=True)}
    finally:
        for each in sockets:
            each.close()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until_s = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until_s:
        if process.poll() is not None:
            raise NotReadyError(_last_line(log) or f"it ended with status {process.returncode}")
        try:
            if httpx.get(url, timeout=3).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise NotReadyError(f"it was not ready within {READY_WITHIN_S:.0f} s. {_last_line(log)}".strip())


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
