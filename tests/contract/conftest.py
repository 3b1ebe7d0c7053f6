"""The real engines' models, fetched as any machine fetches them and kept in the models folder."""

from collections.abc import Callable

import pytest
from rich.console import Console

from bot.settings import Settings
from tts_voices.catalogue import load_catalogue
from tts_voices.fetch import fetch
from tts_voices.installed import InstalledModel


@pytest.fixture(scope="session")
def install_model() -> Callable[[str], InstalledModel]:
    """Have a model of voices.yml by its name, verified."""
    catalogue, models_dir = load_catalogue(), Settings().models_path

    def install(name: str) -> InstalledModel:
        fetch(models_dir, (name,), Console(quiet=True))
        return InstalledModel(catalogue.named(name), models_dir / name)

    return install
