"""`callbot up`: starts everything in the foreground, says when calls are answered, stops cleanly."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
from rich.console import Console

from bot.supervise.processes import TELEPHONY, Ports, Process, write_ports
from bot.supervise.rounds import watched
from bot.supervise.supervisord import write_config
from runtime import proc

# glibc keeps freed memory in one arena per thread that ever asked: the bot grew by 0.4 MB a call for nothing.
FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
POLL_S = 0.5
SLOW_START_S = 120.0


class StartError(Exception):
    """The callbot cannot be started here; the message says what to do."""


def check_ports(ports: Ports, telephony_workers: int) -> None:
    """Raise StartError naming the first port that somebody else holds, or that nobody could reach."""
    if ports.front and ports.sip_transport != "udp":
        raise StartError("CALLBOT_SIP_TRANSPORT: the SIP front speaks UDP to its workers; leave it out")
    sip = [ports.sip + worker for worker in range(telephony_workers)] + [ports.front] * bool(ports.front)
    metrics = [ports.metrics + worker for worker in range(telephony_workers) if ports.metrics]
    kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    wanted = [(ports.sip_host, port, kind) for port in sip for kind in kinds] + [
        (ports.bind, port, socket.SOCK_STREAM) for port in (*metrics, *ports.of_processes())
    ]
    for host, port, kind in wanted:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL and host == ports.sip_host:
                    raise StartError(f"CALLBOT_SIP_BIND: {host} is no address of this machine") from error
                raise StartError(
                    f"port {port} is taken ({error.strerror}): stop what uses it, or choose others "
                    "with `callbot up --help`"
                ) from error


def check_telephony(root: Path, environment: Mapping[str, str]) -> None:
    """Raise StartError naming the setting with which no telephony worker would start."""
    command = (sys.executable, "-m", "telephony.settings")
    env = {**os.environ, **environment}
    asked = subprocess.run(command, cwd=root, env=env, stdout=subprocess.PIPE, text=True, check=True)
    problem = json.loads(asked.stdout)["problem"]
    if problem:
        raise StartError(problem)


class Up:
    """One run of all processes. root: the checkout; var_dir: where logs and run files go."""

    def __init__(self, root: Path, var_dir: Path, ports: Ports, console: Console) -> None:
        self._root = root
        self._run_dir = var_dir / "run"
        self._log_dir = var_dir / "log"
        self._ports = ports
        self._console = console
        self._is_stopping = False

    def run(self, processes: list[Process], shared: Mapping[str, str]) -> int:
        """Start the processes, stay until SIGINT or SIGTERM, return the exit status.

        shared: in the environment of all of them, and in no file.
        """
        # Whoever of them makes a file first: callers' words in it are their owner's only.
        os.umask(0o077)
        config = self._run_dir / "supervisord.conf"
        self._log_dir.mkdir(parents=True, exist_ok=True)
        write_config(config, processes, self._root, self._log_dir)
        write_ports(self._run_dir, self._ports)
        proc.inherit()
        supervisord = subprocess.Popen(
            [str(Path(sys.executable).with_name("supervisord")), "-c", str(config)],
            env={
                **FEW_ARENAS,
                **os.environ,
                **self._ports.environment(),
                **shared,
                "CALLBOT_INTERNAL_TOKEN": secrets.token_urlsafe(32),
                "PYTHONUNBUFFERED": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=begin_supervisord,  # noqa: PLW1509 - nothing else runs in this process yet
        )
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self._stop(supervisord))
        self._wait_until_ready(supervisord)
        n_workers = sum(TELEPHONY in process.command for process in processes)
        with watched(self._run_dir, self._ports, n_workers, self._tell_of_hanging):
            status = supervisord.wait()
        _end_what_is_left()
        self._console.print("Stopped." if self._is_stopping else "supervisord has ended: so has all else.")
        return 0 if self._is_stopping else status or 1

    def _tell_of_hanging(self, process: str) -> None:
        self._console.print(f"{process} did not answer any more: it was ended and starts again.")

    def _stop(self, supervisord: subprocess.Popen[bytes]) -> None:
        if self._is_stopping:
            for pid in _telephony_workers(supervisord.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            return
        self._is_stopping = True
        self._console.print("\nStopping once the calls in progress have ended; Ctrl-C again ends them…")
        supervisord.terminate()

    def _wait_until_ready(self, supervisord: subprocess.Popen[bytes]) -> None:
        started_s = time.monotonic()
        url = f"http://127.0.0.1:{self._ports.public}/healthz"
        missing = "bot"
        has_warned = False
        with self._console.status("Starting") as status, httpx.Client(timeout=3) as client:
            while supervisord.poll() is None and not self._is_stopping:
                state = _health(client, url)
                if state.get("status") == "ok":
                    self._print_banner(state, time.monotonic() - started_s)
                    return
                missing = ", ".join(name for name, word in _processes(state) if word != "ok") or "bot"
                status.update(f"Starting: waiting for {missing}")
                if time.monotonic() - started_s > SLOW_START_S and not has_warned:
                    self._console.print(f"Still waiting for {missing}; their logs are in {self._log_dir}")
                    has_warned = True
                time.sleep(POLL_S)

    def _print_banner(self, state: Mapping[str, object], took_s: float) -> None:
        self._console.print(
            f"[bold]Ready[/bold] after {took_s:.0f} s: "
            f"hears with {state['recognizer']}, speaks with {state['synthesizer']}.\n"
            f"  call    sip:mairie@{self._ports.sip_host}:{self._ports.calls}\n"
            f"  chat    http://{self._ports.bind}:{self._ports.public}/chat/\n"
            f"  console http://{self._ports.bind}:{self._ports.public}/console/\n"
            f"  health  http://{self._ports.bind}:{self._ports.public}/healthz\n"
            f"  reports http://127.0.0.1:{self._ports.backend}/open311/v2/requests.json\n"
            f"  logs    {self._log_dir}\n"
            "Ctrl-C stops everything.",
            highlight=False,
        )


def begin_supervisord() -> None:
    """Have the kernel end supervisord, and so everything, if this process is killed.

    And have it inherit what a server leaves whose first process is killed (`runtime/alone.py`).
    """
    proc.die_with_parent(signal.SIGTERM)
    proc.inherit()


def _health(client: httpx.Client, url: str) -> dict[str, object]:
    try:
        body = client.get(url).json()
    except (httpx.HTTPError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}


def _processes(state: Mapping[str, object]) -> list[tuple[str, object]]:
    processes = state.get("processes")
    return list(processes.items()) if isinstance(processes, dict) else []


def _telephony_workers(supervisord_pid: int) -> list[int]:
    """The workers that still finish calls; told a second time to stop, they do not wait."""
    name = TELEPHONY.encode()
    return [pid for pid in proc.children(supervisord_pid) if name in (proc.command(pid) or b"")]


def _end_what_is_left() -> None:
    """Kill what supervisord has left: if it was killed, nobody looks after that, and it holds all ports.

    Whoever starts a callbot next finds the dialogs of its calls, and passes them on.
    """
    while left := proc.children(os.getpid()):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
