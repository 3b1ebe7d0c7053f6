"""How Rasa is started: on loopback, without its management API, with nothing of the callers in its log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.rasa_env.train import rasa_environment
from integrations.database import patient


def serve_command(root: Path, rasa_python: Path, model: Path, port: int) -> tuple[str, ...]:
    """Return the command that serves a model; it must run in `root`."""
    return (
        *(str(rasa_python), "-m", "bot.rasa_env.keep", "run"),
        *("--model", str(model)),
        *("--endpoints", str(root / "endpoints.yml"), "--credentials", str(root / "credentials.yml")),
        *("--interface", "127.0.0.1", "--port", str(port)),
        *("--logging-config-file", str(root / "bot" / "rasa_env" / "logging.yml")),
    )


# A turn that is still going on when the bot has given it up keeps the next one waiting no longer than this.
TURN_KEEPS_ITS_PLACE_S = 15


def serve_environment(
    var_dir: Path, *, actions_url: str, nlg_url: str, database_url: str = "", redis_url: str = ""
) -> Mapping[str, str]:
    """Return what `endpoints.yml` takes from the environment, and Rasa's own settings.

    database_url, redis_url: see `shared_state`.
    """
    return {
        **rasa_environment(var_dir),
        "CALLBOT_ACTIONS_URL": actions_url,
        "CALLBOT_NLG_URL": nlg_url,
        "TICKET_LOCK_LIFETIME": str(TURN_KEEPS_ITS_PLACE_S),
        **shared_state(var_dir, database_url, redis_url),
    }


def shared_state(var_dir: Path, database_url: str, redis_url: str) -> Mapping[str, str]:
    """Return where the engines keep what all of them must know; addresses may hold passwords.

    database_url: SQLAlchemy address of the conversations' trackers; SQLite under `var_dir` if "".
    redis_url: where several Rasas agree on whose turn it is, "" for a single one.
    """
    url = patient(database_url or f"sqlite:///{var_dir.resolve() / 'rasa' / 'trackers.db'}")
    return {
        # Rasa's environment has another driver for PostgreSQL than ours, which is its default.
        "CALLBOT_RASA_DATABASE_URL": url.replace("postgresql+psycopg:", "postgresql:"),
        "CALLBOT_REDIS_URL": redis_url,
    }
