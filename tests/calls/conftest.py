"""The whole callbot on free ports, started once for all call tests, as `make run` starts it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.supervise.control import Supervisor
from bot.supervise.place import Place
from bot.supervise.processes import BOTS
from tests.fakes.ports import free_ports, free_rtp_port

ROOT = Path(__file__).parents[2]
START_S = 420.0


@dataclass(frozen=True)
class Switchboard:
    """A running callbot."""

    sip_port: int
    public_url: str
    reports_url: str
    var_dir: Path
    process: subprocess.Popen[bytes]
    metrics_urls: dict[str, str]

    @property
    def sip_uri(self) -> str:
        return f"sip:mairie@127.0.0.1:{self.sip_port}"

    def health(self) -> httpx.Response:
        return httpx.get(f"{self.public_url}/healthz", timeout=5)

    def control(self, *words: str) -> None:
        """Have supervisord stop or start a process."""
        subprocess.run([*self._supervisorctl, *words], check=True, stdout=subprocess.DEVNULL)

    def processes(self) -> dict[str, str]:
        """supervisord's word for the state of each process."""
        answer = subprocess.run([*self._supervisorctl, "status"], capture_output=True, text=True, check=False)
        return {name: state for name, state, *_ in map(str.split, answer.stdout.splitlines())}

    @property
    def _supervisorctl(self) -> tuple[str, ...]:
        config = self.var_dir / "run" / "supervisord.conf"
        return (str(Path(sys.executable).with_name("supervisorctl")), "-c", str(config))

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.var_dir / "run" / "supervisord.sock")

    def serving_bot(self) -> str:
        """The one of the two bots that holds the place: another one than at first once it was replaced."""
        holder = Place(self.var_dir / "run").holder()
        (name,) = [name for name in BOTS if self.supervisor.pid(name) == holder]
        return name

    def log(self, process: str) -> str:
        """What a process has logged so far."""
        return (self.var_dir / "log" / f"{process}.log").read_text(encoding="utf-8")

    @contextmanager
    def without(self, process: str) -> Iterator[None]:
        """Keep one process down, then wait until calls are answered again."""
        self.control("stop", process)
        try:
            yield
        finally:
            self.control("start", process)
            wait_until(lambda: self.health().status_code == 200, START_S)

    def desk(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows of the desk's database."""
        with closing(sqlite3.connect(self.var_dir / "desk.db")) as connection:
            return connection.execute(query).fetchall()

    def conversations(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows of the conversations' database."""
        with closing(sqlite3.connect(self.var_dir / "conversations.db")) as connection:
            return connection.execute(query).fetchall()

    def is_desk_up(self) -> bool:
        """Whether the report desk answers; calls are answered without it."""
        try:
            return httpx.get(f"{self.reports_url}services.json", timeout=5).is_success
        except httpx.TransportError:
            return False

    def requests(self) -> list[dict[str, str]]:
        """Return what the report desk holds."""
        return httpx.get(f"{self.reports_url}requests.json", timeout=10).raise_for_status().json()


@pytest.fixture(scope="session")
def switchboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switchboard]:
    var_dir = tmp_path_factory.mktemp("var")
    sip, public, internal, rasa, rasa2, actions, backend, metrics = free_ports(8)
    # Databases and logs are this run's own; what takes minutes to make is shared with `make run`.
    shared = Path(os.environ.get("CALLBOT_VAR_DIR", ROOT / "var")).resolve()
    (var_dir / "rasa").mkdir()
    for made in ("models", "phrases", "rasa/models"):
        (shared / made).mkdir(parents=True, exist_ok=True)
        (var_dir / made).symlink_to(shared / made)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "bot.cli", "up"),
            *("--sip-port", str(sip), "--rtp-port", str(free_rtp_port())),
            *("--public-port", str(public), "--internal-port", str(internal)),
            *("--rasa-port", str(rasa), "--rasa2-port", str(rasa2)),
            *("--actions-port", str(actions), "--backend-port", str(backend)),
            *("--metrics-port", str(metrics)),
        ],
        cwd=ROOT,
        # What is not said in a test need not be rendered: in a fresh clone that would take one of two cores.
        env={
            **os.environ,
            "CALLBOT_VAR_DIR": str(var_dir),
            "CALLBOT_DRAIN_S": "120",
            "CALLBOT_RENDER_AHEAD": "false",
        },
    )
    running = Switchboard(
        sip,
        f"http://127.0.0.1:{public}",
        f"http://127.0.0.1:{backend}/open311/v2/",
        var_dir,
        process,
        {
            name: f"http://127.0.0.1:{port}/metrics"
            for name, port in (
                ("bot", internal),
                ("actions", actions),
                ("backend", backend),
                ("telephony", metrics),
            )
        },
    )
    try:
        _wait_until_ready(running)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_until(is_so: Callable[[], bool], within_s: float) -> None:
    """Look twice a second; fail when it has not come true in time."""
    deadline_s = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline_s:
            pytest.fail(f"not so after {within_s} s")
        time.sleep(0.5)


def _wait_until_ready(running: Switchboard) -> None:
    def is_ready() -> bool:
        if running.process.poll() is not None:
            pytest.fail(f"callbot up ended with status {running.process.returncode}")
        try:
            return running.health().status_code == 200
        except httpx.TransportError:
            return False

    wait_until(is_ready, START_S)
