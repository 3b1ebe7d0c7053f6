"""Which tests get a second try."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Real calls, recognisers that dither and real browsers, on machines that other work may slow down at any
# moment. A second try is not hidden: pytest names each in its summary, and one that comes often is a fault.
WITH_REAL_PEERS = (TESTS / "calls", TESTS / "web")
MARKS = ("sip", "speech", "web")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        in_folder = any(item.path.is_relative_to(folder) for folder in WITH_REAL_PEERS)
        if in_folder or any(item.get_closest_marker(mark) for mark in MARKS):
            item.add_marker(pytest.mark.flaky(reruns=1))
