"""Runs one of our modules in the dialogue engine's own environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bot.rasa_env.train import TrainingError, rasa_environment


def run_in_rasa(
    root: Path, var_dir: Path, rasa_python: Path, module: str, arguments: Sequence[str | Path], complaint: str
) -> None:
    """Wait for its end. complaint: begins the TrainingError that is raised when it fails."""
    done = subprocess.run(
        [rasa_python, "-m", module, *arguments],
        cwd=root,
        env={**os.environ, **rasa_environment(var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        # Rasa's own words may hold the sentences: only the kind of the error is passed on.
        reason = lines[-1].partition(":")[0] if lines else "no reason given"
        raise TrainingError(f"{complaint}: {reason}")
