"""Writes the configuration of supervisord, which starts the processes and restarts what dies."""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Iterable
from pathlib import Path

from bot.supervise.processes import Process

LOG_BYTES = 10 * 1024 * 1024


def write_config(path: Path, processes: Iterable[Process], root: Path, log_dir: Path) -> None:
    """Write the configuration. Secrets are not in it: children inherit them from the environment."""
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "logfile": str(log_dir / "supervisord.log"),
        "logfile_maxbytes": str(LOG_BYTES),
        "pidfile": str(path.with_suffix(".pid")),
        "directory": _escaped(str(root)),
    }
    # For people: `.venv/bin/supervisorctl -c var/run/supervisord.conf status`
    socket = f"unix://{path.with_suffix('.sock').absolute()}"
    config["unix_http_server"] = {"file": socket.removeprefix("unix://"), "chmod": "0700"}
    config["supervisorctl"] = {"serverurl": socket}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for priority, process in enumerate(processes):
        config[f"program:{process.name}"] = {
            "command": _escaped(shlex.join(process.command)),
            "environment": _escaped(",".join(f'{k}="{v}"' for k, v in process.environment.items())),
            "priority": str(priority),
            "autostart": "true" if process.starts else "false",
            "autorestart": "unexpected" if process.hands_over else "true",
            "exitcodes": "0",
            "startsecs": "2",
            "startretries": "1000",
            "stopwaitsecs": str(process.stop_s),
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(log_dir / f"{process.name}.log"),
            "stdout_logfile_maxbytes": str(LOG_BYTES),
            "stdout_logfile_backups": "3",
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        config.write(file)


def _escaped(value: str) -> str:
    """supervisord expands %(…)s in what it reads."""
    return value.replace("%", "%%")
