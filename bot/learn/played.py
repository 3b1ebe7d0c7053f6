"""Has a model play learned conversations with real actions, on a desk that nobody delivers from."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.learn.marks import from_rasa
from bot.learn.rasa_module import run_in_rasa
from bot.rasa_env.train import TrainingError

# Of the settings of the callbot only these reach the actions: no gateway, no portal, no report system does.
_KEPT_SETTINGS = ("CALLBOT_CITY_DIR", "CALLBOT_TRANSFER_URI")
_NOBODY = "http://127.0.0.1:1/"
# A loaded machine may take its time; a process that ends is noticed at once.
_START_S = 300.0
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Played:
    """One learned conversation as a model plays it.

    review: number of the correction it came from. wanted, done: per turn the names of the actions, sentences
    and orders (such as "transfer voirie") when each turn is understood as it was corrected, and when the
    model understands by itself. filed_alike: whether the same reports and call-backs were written.
    """

    review: str
    wanted: tuple[tuple[str, ...], ...]
    done: tuple[tuple[str, ...], ...]
    filed_alike: bool = True

    @property
    def is_right(self) -> bool:
        return self.wanted == self.done and self.filed_alike

    @property
    def fault(self) -> str:
        """Where the bot first does something else, in French; "" for nowhere."""
        for number, (wanted, done) in enumerate(zip(self.wanted, self.done, strict=True), 1):
            for should, does in zip_longest(wanted, done, fillvalue="rien"):
                if should != does:
                    return f"tour {number} : {does} au lieu de {should}"
        return "" if self.filed_alike else "autre chose est enregistré"


def play(
    root: Path, var_dir: Path, rasa_python: Path, model: Path, conversations: Sequence[Path]
) -> list[Played]:
    """conversations: as `LearnedFolder.write_conversation` wrote them. Raises TrainingError."""
    if not conversations:
        return []
    with tempfile.TemporaryDirectory() as name, _actions(root, Path(name)) as actions_url:
        folder = Path(name)
        told, result = folder / "conversations.json", folder / "played.json"
        told.write_text(json.dumps([_read(path) for path in conversations]), encoding="utf-8")
        complaint = f"the model {model.name} could not play the conversations"
        arguments = (model, told, result, actions_url, folder / "desk.db")
        run_in_rasa(root, var_dir, rasa_python, "bot.rasa_env.replay", arguments, complaint)
        rows = json.loads(result.read_text(encoding="utf-8"))
    return [_played(path.stem, row) for path, row in zip(conversations, rows, strict=True)]


def _read(path: Path) -> dict[str, Any]:
    (story,) = yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    steps = []
    for step in story["steps"]:
        text, marks = from_rasa(step["user"])
        entities = [mark.as_json() for mark in marks]
        steps.append({"text": text, "intent": step["intent"], "entities": entities})
    # Older files do not say how people talked.
    return {"channel": story.get("metadata", {}).get("channel", "phone"), "steps": steps}


def _played(review: str, row: Mapping[str, Any]) -> Played:
    wanted, done = (tuple(map(tuple, row[key])) for key in ("wanted", "done"))
    return Played(review, wanted, done, bool(row["filed_alike"]))


@contextmanager
def _actions(root: Path, folder: Path) -> Iterator[str]:
    """Serve the actions on a free port with everything of theirs in `folder`. Raises TrainingError."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("CALLBOT_") or key in _KEPT_SETTINGS
    }
    environment = {**kept, "CALLBOT_VAR_DIR": str(folder), "CALLBOT_OPEN311_URL": _NOBODY}
    command = (sys.executable, "-m", "actions", "--bind", "127.0.0.1", "--port", str(port))
    with (folder / "actions.log").open("w") as output:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=output, stderr=output)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/health", process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end_s = time.monotonic() + _START_S
    while time.monotonic() < end_s and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.HTTPError:
            time.sleep(_POLL_S)
    raise TrainingError("the actions for playing conversations did not start")
