"""One engine for all conversations: it takes half a minute to start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogue.engine import Engine, running_engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    work_dir: Path = tmp_path_factory.mktemp("dialogue")
    with running_engine(work_dir) as running:
        yield running
