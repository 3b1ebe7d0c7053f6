"""Which tests get a second try, which share a process when several run them, and how sure a commit is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from bot.store import accounts
from integrations import database

TESTS = Path(__file__).parent
# Real calls, recognisers that dither and real browsers, on machines that other work may slow down at any
# moment. A second try is not hidden: pytest names each in its summary, and one that comes often is a fault.
WITH_REAL_PEERS = (TESTS / "calls", TESTS / "web")
MARKS = ("sip", "speech", "web")
# The fixture that starts a whole callbot, once for all tests that ask for it.
WHOLE_CALLBOT = "switchboard"
# What starts dialogue engines, of 1.5 GB each.
ENGINES = ("tests/dialogue/", "tests/web/test_whole_path.py")


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    for item in items:
        in_folder = any(item.path.is_relative_to(folder) for folder in WITH_REAL_PEERS)
        has_real_peers = in_folder or any(item.get_closest_marker(mark) for mark in MARKS)
        if has_real_peers and item.get_closest_marker("flaky") is None:
            item.add_marker(pytest.mark.flaky(reruns=1))
        if WHOLE_CALLBOT in item.fixturenames:
            item.add_marker(pytest.mark.alone)


class _ByFile(LoadFileScheduling):
    """A file in one process, for what a module shares; so is all that starts engines."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return ENGINES[0] if file.startswith(ENGINES) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ByFile | None:
    return _ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(autouse=True, scope="session")
def _commits_need_not_reach_the_disk() -> None:
    """Tests kill processes, never the machine."""
    configure = database._configure_sqlite

    def configure_for_tests(connection: Any, record: object) -> None:
        configure(connection, record)
        connection.execute("PRAGMA synchronous = OFF")

    database._configure_sqlite = configure_for_tests


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_in_no_time() -> None:
    """By the same algorithm, which is made to take long, with a fraction of its rounds and memory."""
    accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    accounts._NOBODY = accounts._HASHER.hash("nobody")
