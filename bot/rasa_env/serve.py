"""How Rasa is started: on loopback, without its management API, with nothing of the callers in its log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.rasa_env.train import rasa_environment


def serve_command(root: Path, rasa_python: Path, model: Path, port: int) -> tuple[str, ...]:
    """Return the command that serves a model; it must run in `root`."""
    return (
        *(str(rasa_python), "-m", "rasa", "run"),
        *("--model", str(model)),
        *("--endpoints", str(root / "endpoints.yml"), "--credentials", str(root / "credentials.yml")),
        *("--interface", "127.0.0.1", "--port", str(port)),
        *("--logging-config-file", str(root / "bot" / "rasa_env" / "logging.yml")),
    )


def serve_environment(
    var_dir: Path, *, actions_url: str, nlg_url: str, database_url: str = ""
) -> Mapping[str, str]:
    """Return what `endpoints.yml` takes from the environment, and Rasa's own settings.

    database_url: SQLAlchemy address (1.4) of the conversations' trackers; SQLite under `var_dir` if "".
    """
    default = f"sqlite:///{var_dir.resolve() / 'rasa' / 'trackers.db'}"
    return {
        **rasa_environment(var_dir),
        "CALLBOT_ACTIONS_URL": actions_url,
        "CALLBOT_NLG_URL": nlg_url,
        "CALLBOT_RASA_DATABASE_URL": database_url or default,
    }
