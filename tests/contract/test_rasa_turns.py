"""The lock store of several Rasas, in Rasa's own environment, on a real Redis."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.redis import redis_server

ROOT = Path(__file__).resolve().parents[2]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with redis_server() as address:
        yield address


def turns(url: str, what: str) -> dict[str, Any]:
    finished = subprocess.run(
        [RASA_PYTHON, "-W", "ignore", ROOT / "tests/contract/rasa_turns.py", url, what],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return dict(json.loads(finished.stdout))


def test_turns_at_two_servers_are_taken_one_by_one_as_they_came(url: str) -> None:
    assert turns(url, "in_order") == {"done": list(range(40)), "most_at_once": 1}


def test_a_server_that_died_holds_its_conversation_for_no_longer_than_a_turn_may_take(url: str) -> None:
    assert 1 <= turns(url, "dead")["waited_s"] < 10


def test_without_redis_each_server_keeps_its_own_turns_apart(tmp_path: Path) -> None:
    assert turns(f"unix://{tmp_path / 'nobody.sock'}", "alone") == {"done": [0, 1, 2, 3, 4]}
