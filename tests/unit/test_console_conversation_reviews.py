"""Two people at one conversation: the second is told what the first did."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.console.roles import Role
from bot.store.accounts import AccountStore
from bot.store.conversation_reviews import Change, ConflictError, ConversationReviews, ReviewAction
from bot.store.conversations import MIGRATIONS
from bot.store.models import Conversation
from bot.store.saved_filters import MAX_SAVED, SavedFilters
from integrations.database import migrate, open_database, writing
from tests.fakes.databases import KINDS, fresh_database

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        AccountStore(engine).add("zoe", "Zoé", Role.AGENT, "un-mot-de-passe-long", NOW)
        with writing(engine) as session:
            session.add(Conversation(id="c1", channel="phone", started_at=NOW))
        yield engine
        engine.dispose()


def test_who_comes_second_changes_nothing_and_is_told_how_it_is(engine: Engine) -> None:
    reviews = ConversationReviews(engine)
    first = reviews.change("c1", Change(ReviewAction.NOTE, "appel traité"), 0, "zoe", NOW)
    assert (first.note, first.version) == ("appel traité", 1)
    with pytest.raises(ConflictError) as conflict:
        reviews.change("c1", Change(ReviewAction.NOTE, "autre avis"), 0, "ali", NOW)
    assert conflict.value.present == first
    assert reviews.get("c1") == first
    assert reviews.change("c1", Change(ReviewAction.NOTE, "autre avis"), 1, "ali", NOW).note == "autre avis"


def test_everything_can_be_done_and_undone(engine: Engine) -> None:
    reviews = ConversationReviews(engine)
    for version, change in enumerate(
        (Change(ReviewAction.FLAG), Change(ReviewAction.REVIEW), Change(ReviewAction.ASSIGN, "zoe"))
    ):
        done = reviews.change("c1", change, version, "zoe", NOW)
    assert (done.is_flagged, done.reviewed_at, done.reviewed_by, done.assignee) == (True, NOW, "zoe", "zoe")
    for version, change in enumerate(
        (Change(ReviewAction.UNFLAG), Change(ReviewAction.REOPEN), Change(ReviewAction.ASSIGN)), start=3
    ):
        done = reviews.change("c1", change, version, "zoe", NOW)
    assert (done.is_flagged, done.reviewed_at, done.reviewed_by, done.assignee) == (False, None, "", "")


def test_nothing_is_given_to_nobody(engine: Engine) -> None:
    reviews = ConversationReviews(engine)
    with pytest.raises(ValueError, match="nobody"):
        reviews.change("c1", Change(ReviewAction.ASSIGN, "inconnu"), 0, "zoe", NOW)
    with pytest.raises(LookupError):
        reviews.change("c2", Change(ReviewAction.FLAG), 0, "zoe", NOW)
    assert [each.name for each in reviews.colleagues()] == ["Zoé"]


def test_a_saved_filter_is_ones_own_and_its_name_is_used_once(engine: Engine) -> None:
    other = AccountStore(engine).add("ali", "Ali", Role.AGENT, "un-mot-de-passe-long", NOW)
    filters = SavedFilters(engine)
    filters.save(1, "  Mes   urgences ", "emergency=1")
    filters.save(1, "Mes urgences", "emergency=1&mine=1")
    (mine,) = filters.of(1)
    assert (mine.name, mine.query) == ("Mes urgences", "emergency=1&mine=1")
    filters.remove(other.id, mine.id)
    assert (len(filters.of(1)), len(filters.of(other.id))) == (1, 0)
    for name in (" ", "\x00"):
        with pytest.raises(ValueError, match="name"):
            filters.save(1, name, "")
    for number in range(1, MAX_SAVED):
        filters.save(1, f"filtre {number}", "")
    with pytest.raises(ValueError, match="many"):
        filters.save(1, "un de trop", "")
    filters.remove(1, mine.id)
    assert "Mes urgences" not in [each.name for each in filters.of(1)]
