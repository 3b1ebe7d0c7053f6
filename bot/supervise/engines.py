"""The two places where a dialogue engine can run: one serves, the other is for the next model."""

from __future__ import annotations

from pathlib import Path

from bot.dialogue.serving import Engine, Serving, ServingFile

PROCESSES = ("rasa", "rasa2")


def serving_file(var_dir: Path) -> ServingFile:
    return ServingFile(var_dir / "rasa" / "serving.json")


def model_link(var_dir: Path, process: str) -> Path:
    """What an engine is started with; points at the model that it is to serve."""
    return var_dir.resolve() / "rasa" / "serving" / f"{process}.tar.gz"


def point_at(link: Path, model: Path) -> None:
    """Have the engine that starts next at this place serve `model`."""
    link.parent.mkdir(parents=True, exist_ok=True)
    partial = link.with_suffix(".part")
    partial.unlink(missing_ok=True)
    partial.symlink_to(model.resolve())
    partial.replace(link)


def begin(var_dir: Path, model: Path, urls: tuple[str, str]) -> Serving:
    """Before anything runs: the first engine serves `model`, whatever served before."""
    for process in PROCESSES:
        point_at(model_link(var_dir, process), model)
    active = Engine(process=PROCESSES[0], url=urls[0], model=str(model.resolve()))
    serving = Serving(active=active, places=dict(zip(PROCESSES, urls, strict=True)))
    file = serving_file(var_dir)
    with file.changing():
        file.write(serving)
    return serving
