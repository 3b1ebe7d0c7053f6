"""A callbot of the benchmark's own: free ports, fresh databases, the models of this checkout."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.main import REST_S
from bot.simulate.cpu import cpu_seconds
from bot.supervise.control import Supervisor
from bot.supervise.processes import BOTS, telephony

ROOT = Path(__file__).parents[1]
READY_WITHIN_S = 420.0
SETTLED_WITHIN_S = 900.0
IDLE_WINDOW_S, IDLE_SHARE = 5.0, 0.2
_GAP = re.compile(r"call_over .*gap_worst_ms=([\d.]+)")


@dataclass(frozen=True)
class Switchboard:
    """A callbot of the benchmark's own.

    sip_ports: one per telephony worker. metrics_urls: where processes tell their figures, by name.
    front_port: of the SIP front before the workers, 0 for none.
    """

    var_dir: Path
    sip_ports: tuple[int, ...]
    public_url: str
    metrics_urls: Mapping[str, str]
    front_port: int = 0

    def is_well(self) -> bool:
        """Whether a call would be answered."""
        try:
            return httpx.get(f"{self.public_url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def supervisor_pid(self) -> int:
        return int((self.var_dir / "run" / "supervisord.pid").read_text())

    def settle(self) -> None:
        """Wait until nothing is at work: at first, sentences are rendered and a second bot is loaded."""
        deadline_s = time.monotonic() + SETTLED_WITHIN_S
        supervisor = Supervisor(self.var_dir / "run" / "supervisord.sock")
        while not all(map(supervisor.is_up, BOTS)) and time.monotonic() < deadline_s:
            time.sleep(1)
        time.sleep(REST_S)
        while time.monotonic() < deadline_s:
            before = sum(cpu_seconds(self.supervisor_pid).values())
            time.sleep(IDLE_WINDOW_S)
            if sum(cpu_seconds(self.supervisor_pid).values()) - before < IDLE_SHARE * IDLE_WINDOW_S:
                return

    def worst_gaps_ms(self) -> list[float]:
        """The worst gap between two frames of each call that has ended, in the order of the logs."""
        logs = sorted((self.var_dir / "log").glob("telephony*.log"))
        return [float(found[1]) for log in logs for found in _GAP.finditer(log.read_text())]


@contextmanager
def own_switchboard(
    workers: int,
    *,
    has_front: bool = False,
    folder: Path | None = None,
    settings: Mapping[str, str] | None = None,
    rasas: int = 1,
) -> Iterator[Switchboard]:
    """Start a callbot and stop it at the end.

    has_front: put the SIP front before the workers. folder: an empty one for its data, a new one if None.
    settings: more of its environment. rasas: dialogue engines; several need CALLBOT_REDIS_URL.
    """
    with tempfile.TemporaryDirectory() as made_folder:
        var_dir = folder or Path(made_folder)
        shared = Path(os.environ.get("CALLBOT_VAR_DIR", ROOT / "var")).resolve()
        (var_dir / "rasa").mkdir()
        for made in ("models", "phrases", "rasa/models"):
            (shared / made).mkdir(parents=True, exist_ok=True)
            (var_dir / made).symlink_to(shared / made)
        sip, metrics, public, internal, rasa, rasa2, actions, backend, rtp, front = free_ports(10)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "bot.cli", "up", "--workers", str(workers), "--rasas", str(rasas)),
                *("--sip-port", str(sip), "--rtp-port", str(min(rtp, 60_000) // 2 * 2)),
                *("--public-port", str(public), "--internal-port", str(internal)),
                *("--rasa-port", str(rasa), "--rasa2-port", str(rasa2)),
                *("--actions-port", str(actions), "--backend-port", str(backend)),
                *("--metrics-port", str(metrics)),
                *(("--front-port", str(front)) if has_front else ()),
            ],
            cwd=ROOT,
            env={**os.environ, **(settings or {}), "CALLBOT_VAR_DIR": str(var_dir)},
        )
        told_at = {"bot": internal, "actions": actions, "backend": backend}
        told_at |= {telephony(worker): metrics + worker for worker in range(workers)}
        switchboard = Switchboard(
            var_dir,
            tuple(sip + worker for worker in range(workers)),
            f"http://127.0.0.1:{public}",
            {name: f"http://127.0.0.1:{port}/metrics" for name, port in told_at.items()},
            front if has_front else 0,
        )
        try:
            _wait_until_ready(process, switchboard)
            yield switchboard
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _wait_until_ready(process: subprocess.Popen[bytes], switchboard: Switchboard) -> None:
    deadline_s = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise SystemExit(f"callbot up ended with status {process.returncode}")
        if switchboard.is_well():
            return
        time.sleep(0.5)
    raise SystemExit(f"the callbot was not ready after {READY_WITHIN_S:.0f} s")


def free_ports(n: int) -> list[int]:
    """Return ports that nobody used a moment ago. The first has a free neighbour, for a second worker."""
    sockets = [socket.socket() for _ in range(n)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
