"""Has a model parse the regression set (evaluation, dangers, procedures) and play what was learned."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.emergency import EmergencyDetector
from bot.evaluate.understanding import read_turns
from bot.learn.figures import EMERGENCY, Measured
from bot.learn.known import Example, merged
from bot.learn.played import play
from bot.learn.rasa_module import run_in_rasa

_EVALUATION = "nlu_data/tests/nlu_eval.yml"
_NONSENSE = "nlu_data/tests/nonsense.yml"


def measure(
    root: Path, var_dir: Path, rasa_python: Path, model: Path, conversations: Sequence[Path]
) -> Measured:
    """root: the checkout. conversations: learned ones, Rasa's test format. Raises TrainingError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sets = {
            "procedures": _procedures(root),
            "dangers": _dangers(root, is_danger=True),
            "ordinary": _dangers(root, is_danger=False),
        }
        files = [root / _EVALUATION, root / _NONSENSE]
        for stem, examples in sets.items():
            files.append(folder / f"{stem}.yml")
            files[-1].write_text(merged(examples), encoding="utf-8")
        parsed = _parse(root, var_dir, rasa_python, model, files, folder / "parsed.json")
    turns = {stem: read_turns(rows) for stem, rows in parsed["sets"].items()}
    return Measured(
        turns["nlu_eval"],
        turns["nonsense"],
        turns["procedures"],
        turns["dangers"],
        turns["ordinary"],
        play(root, var_dir, rasa_python, model, conversations),
    )


def _procedures(root: Path) -> list[Example]:
    queries = _read(root / "tests/data/procedures_queries.yml")
    return [Example("ask_procedure", _bare(query["said"])) for query in queries if query["codes"]]


def _dangers(root: Path, *, is_danger: bool) -> Iterable[Example]:
    """Dangers that only the model can know; ordinary sentences all of them."""
    detector = EmergencyDetector()
    cases = [
        case["text"] for case in _read(root / "tests/data/emergency.yml") if case["emergency"] is is_danger
    ]
    kept = [text for text in cases if not is_danger or detector.detect(text) is None]
    # One that the detector knows stands for all of them, so that the set is never empty.
    return [Example(EMERGENCY if is_danger else "out_of_scope", _bare(text)) for text in kept or cases[:1]]


def _bare(text: str) -> str:
    return " ".join(text.split()).translate(str.maketrans("[]{}", "    ")).lstrip("-/ ")


def _read(path: Path) -> list[Mapping[str, Any]]:
    read: list[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _parse(
    root: Path, var_dir: Path, rasa_python: Path, model: Path, files: Sequence[Path], result: Path
) -> Any:
    complaint = f"the model {model.name} could not be measured"
    arguments = (model, result, *files)
    run_in_rasa(root, var_dir, rasa_python, "bot.rasa_env.parse_set", arguments, complaint)
    return json.loads(result.read_text(encoding="utf-8"))
