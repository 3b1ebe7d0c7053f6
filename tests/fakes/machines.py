"""Machines of a callbot as network namespaces on a bridge of this host; each can be unplugged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
NETWORK = "10.213.77.0/24"
FRONT = "10.213.77.1"
# Whatever ends the tests ends what they started.
WITH_US = ("setpriv", "--pdeathsig=TERM", "--")
# What all machines must find; on real ones a file system of all of them.
SHARED = ("photos", "chat", "recordings", "learned", "privacy")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def why_not() -> str:
    """Why there can be no machines here, "" if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    made = subprocess.run(
        ["ip", "netns", "add", "callbot-probe"], capture_output=True, text=True, check=False
    )
    subprocess.run(["ip", "netns", "del", "callbot-probe"], capture_output=True, check=False)
    return made.stderr.strip()


@contextmanager
def network() -> Iterator[None]:
    """A bridge with the front's address on it."""
    with suppress(subprocess.CalledProcessError):
        ip("link", "del", "callbot-br")
    ip("link", "add", "callbot-br", "type", "bridge")
    try:
        ip("addr", "add", f"{FRONT}/24", "dev", "callbot-br")
        ip("link", "set", "callbot-br", "up")
        yield
    finally:
        ip("link", "del", "callbot-br")


@dataclass(frozen=True)
class Machine:
    """A whole callbot with an address of its own."""

    name: str
    address: str
    var_dir: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.address}:8000"

    def is_well(self) -> bool:
        """Whether a call would be answered; fails when the callbot has ended."""
        assert self.process.poll() is None, f"{self.name} ended with status {self.process.returncode}"
        try:
            return httpx.get(f"{self.url}/healthz", timeout=3).status_code == 200
        except httpx.TransportError:
            return False

    def unplug(self) -> None:
        """From now on nothing reaches this machine, and nothing comes from it."""
        ip("link", "set", f"callbot-{self.name}", "down")

    def plug_in(self) -> None:
        ip("link", "set", f"callbot-{self.name}", "up")

    def log(self, process: str) -> str:
        return (self.var_dir / "log" / f"{process}.log").read_text(encoding="utf-8")


@contextmanager
def machine(number: int, folder: Path, shared: Path, settings: dict[str, str]) -> Iterator[Machine]:
    """Start a callbot in a namespace. shared: folder of all machines. settings: of its environment."""
    name, address = f"m{number}", f"{FRONT.rpartition('.')[0]}.{10 + number}"
    namespace, cable = f"callbot-ns-{name}", f"callbot-{name}"
    with ExitStack() as stack:
        # Of a run that was killed.
        for leftover in (("netns", "del", namespace), ("link", "del", cable)):
            with suppress(subprocess.CalledProcessError):
                ip(*leftover)
        ip("netns", "add", namespace)
        stack.callback(_empty, namespace)
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        ip("link", "set", cable, "master", "callbot-br", "up")
        inside = ("-n", namespace)
        ip(*inside, "link", "set", "lo", "up")
        ip(*inside, "addr", "add", f"{address}/24", "dev", "eth0")
        ip(*inside, "link", "set", "eth0", "up")
        _lay_out(folder, shared)
        log = stack.enter_context((folder / "up.log").open("wb"))
        process = subprocess.Popen(
            [*WITH_US, "ip", "netns", "exec", namespace, sys.executable, "-m", "bot.cli", "up"],
            cwd=ROOT,
            env={
                **os.environ,
                **settings,
                "CALLBOT_VAR_DIR": str(folder),
                "CALLBOT_BIND": address,
                "CALLBOT_SIP_BIND": address,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Machine(name, address, folder, process)
        finally:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(60)


def _empty(namespace: str) -> None:
    """End what is left in a namespace, and the namespace."""
    left = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True, check=False)
    for pid in left.stdout.split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    ip("netns", "del", namespace)


def _lay_out(folder: Path, shared: Path) -> None:
    """What takes minutes to make is that of `make run`; what all machines must find is in one place."""
    (folder / "rasa").mkdir(parents=True)
    made = Path(os.environ.get("CALLBOT_VAR_DIR", ROOT / "var")).resolve()
    for name in ("models", "phrases", "rasa/models"):
        (made / name).mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(made / name)
    for name in SHARED:
        (shared / name).mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(shared / name)
