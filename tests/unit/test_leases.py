"""What one of several bots holds alone, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store.conversations import MIGRATIONS
from bot.store.leases import Leases
from bot.store.presences import PresenceStore
from integrations.database import migrate, open_database
from tests.fakes.databases import KINDS, fresh_database

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LIFE = timedelta(seconds=10)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        yield engine
        engine.dispose()


def test_a_job_is_held_by_one_until_it_stops_renewing(database: Engine) -> None:
    first, second = Leases(database, "first"), Leases(database, "second")
    assert first.hold("retention", NOW, LIFE)
    assert not second.hold("retention", NOW + timedelta(seconds=9), LIFE)
    assert first.hold("retention", NOW + timedelta(seconds=9), LIFE)
    assert not second.hold("retention", NOW + timedelta(seconds=19), LIFE)
    assert second.hold("retention", NOW + timedelta(seconds=20), LIFE)
    assert not first.hold("retention", NOW + timedelta(seconds=20), LIFE)
    first.let_go("retention")
    assert not first.hold("retention", NOW + timedelta(seconds=20), LIFE)
    second.let_go("retention")
    assert first.hold("retention", NOW + timedelta(seconds=20), LIFE)


@pytest.mark.parametrize("is_new", [True, False])
def test_of_many_at_once_one_gets_it(database: Engine, is_new: bool) -> None:
    if not is_new:
        Leases(database, "dead").hold("retention", NOW - timedelta(minutes=1), LIFE)
    many = [Leases(database, f"bot{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda each: each.hold("retention", NOW, LIFE), many))
    assert got.count(True) == 1


def test_presence_is_known_to_all_and_forgotten(database: Engine) -> None:
    here, there = PresenceStore(database), PresenceStore(database)
    here.note("zoe", NOW)
    here.note("zoe", NOW + LIFE)
    there.note("paul", NOW - timedelta(hours=1))
    assert there.since(NOW - LIFE) == {"zoe": NOW + LIFE}
    assert here.since(NOW - timedelta(days=1)) == {"zoe": NOW + LIFE}
