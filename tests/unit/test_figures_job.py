"""Days are counted when they are due, again while something may change, and for good afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.figures.job import Counting
from bot.figures.measures import Measure, add_up
from bot.store.conversation_list import ConversationList
from bot.store.conversation_search import ConversationFilter
from bot.store.conversations import MIGRATIONS
from bot.store.daily_counts import DailyCounts
from bot.store.models import Conversation, Turn
from bot.store.personal_rows import erase_conversation
from integrations.database import migrate, open_database, writing
from integrations.desk_callbacks import request_callback
from integrations.desk_models import ReportRow
from integrations.desk_reports import file_report
from integrations.desk_types import NewCallback, NewReport
from integrations.protocols import Place
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 9, tzinfo=PARIS)
EVENING = datetime(2026, 3, 2, 20, tzinfo=PARIS)


class Record:
    """Both databases, and the job on them."""

    def __init__(self, conversations: Engine, desk: Engine) -> None:
        self.conversations, self.desk = conversations, desk
        self.counts = DailyCounts(conversations)
        self.job = Counting(conversations, desk, PARIS, lambda: EVENING)

    def call(
        self, id_: str, at: datetime = MORNING, outcome: str = "goodbye", channel: str = "phone"
    ) -> None:
        turn = Turn(position=0, speaker="caller", text="un trou dans ma rue", start_ms=0, end_ms=9)
        with writing(self.conversations) as session:
            session.add(
                Conversation(
                    id=id_,
                    channel=channel,
                    started_at=at,
                    outcome=outcome,
                    duration_ms=9 if outcome else None,
                    intent="report_problem",
                    turns=[turn],
                )
            )

    def fates(self, first: date = DAY, last: date = DAY) -> dict[str, int]:
        return dict(add_up(each.counts for each in self.counts.days(first, last))[Measure.FATE])


@pytest.fixture(params=KINDS)
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    with fresh_database(request.param, tmp_path) as url:
        conversations, desk = open_database(url), open_database(f"sqlite:///{tmp_path / 'desk.db'}")
        migrate(conversations, MIGRATIONS)
        migrate(desk, DESK_MIGRATIONS)
        yield Record(conversations, desk)
        conversations.dispose()
        desk.dispose()


def test_nothing_is_due_before_the_first_conversation(record: Record) -> None:
    assert record.job.due(EVENING) == []
    assert record.counts.counted_at() is None


def test_today_is_counted_again_and_again_and_never_twice(record: Record) -> None:
    record.call("a")
    record.call("b", outcome="")
    record.job.catch_up(EVENING)
    record.job.catch_up(EVENING)
    assert record.fates() == {"handled": 1, "open": 1}
    with writing(record.conversations) as session:
        late = {"outcome": "transferred", "was_transferred": True}
        session.execute(update(Conversation).where(Conversation.id == "b").values(**late))
    record.job.catch_up(EVENING + timedelta(days=2))
    assert record.fates() == {"handled": 1, "transferred": 1}
    assert record.counts.counted_at() == EVENING + timedelta(days=2)


def test_missing_days_are_made_up_for_and_old_ones_left_alone(record: Record) -> None:
    record.call("old", MORNING - timedelta(days=4))
    record.call("new")
    days = [DAY - timedelta(days=back) for back in range(5)]
    assert record.job.due(EVENING) == days
    record.job.catch_up(EVENING)
    assert record.fates(days[-1], DAY) == {"handled": 2}
    # The days that ended less than two days ago may still change.
    assert record.job.due(EVENING) == days[:3]


def test_what_is_erased_once_a_day_is_counted_for_good_leaves_its_figures(record: Record) -> None:
    record.call("a")
    record.call("b")
    record.job.catch_up(EVENING)
    erase_conversation(record.conversations, "a")
    record.job.catch_up(EVENING + timedelta(days=1))
    assert record.fates() == {"handled": 1}
    record.job.catch_up(EVENING + timedelta(days=3))
    erase_conversation(record.conversations, "b")
    record.job.catch_up(EVENING + timedelta(days=4))
    assert record.fates() == {"handled": 1}


def test_the_desk_says_who_is_called_back_and_who_left_amid_a_report(record: Record) -> None:
    for id_ in ("call", "left", "helped"):
        record.call(id_, outcome="caller_hung_up")
    record.call("chat", outcome="left", channel="chat")
    promise = NewCallback("call", "0639980001", "voirie", "un trou", EVENING)
    report = NewReport("left", "trou_chaussee", "un trou", Place("rue Hoche", street="Rue Hoche"), "phone")
    with writing(record.desk) as session:
        request_callback(session, promise, "NIM", MORNING + timedelta(minutes=2))
        # A chat's second part, after a hand-over.
        request_callback(
            session,
            NewCallback("chat.2", "", "voirie", "un trou", EVENING),
            "NIM",
            MORNING + timedelta(hours=20),
        )
        file_report(session, report, "NIM", MORNING)
    with writing(record.desk) as session:
        session.execute(update(ReportRow).values(complete=False))
    record.job.catch_up(EVENING)
    assert record.fates() == {"callback": 2, "abandoned": 1, "handled": 1}


def test_days_are_forgotten_whole(record: Record) -> None:
    for back in range(3):
        record.call(f"{back}", MORNING - timedelta(days=back))
    record.job.catch_up(EVENING)
    assert record.counts.forget(DAY - timedelta(days=1)) == 1
    assert record.fates(DAY - timedelta(days=9), DAY) == {"handled": 2}


def test_the_migration_goes_back_and_forth_with_data(record: Record) -> None:
    record.call("a")
    record.job.catch_up(EVENING)
    go_to(record.conversations, "steering")
    migrate(record.conversations, MIGRATIONS)

    assert record.fates() == {}
    record.job.catch_up(EVENING)
    assert record.fates() == {"handled": 1}
    with Session(record.conversations) as session:
        assert [(turn.text, turn.procedure) for turn in session.scalars(select(Turn))] == [
            ("un trou dans ma rue", "")
        ]
    # The index of words still follows.
    record.call("b")
    found = ConversationList(record.conversations).page(ConversationFilter(words="trou rue"))
    assert sorted(row.id for row in found.rows) == ["a", "b"]
    with writing(record.conversations) as session:
        session.execute(delete(Conversation).where(Conversation.id == "a"))
    assert ConversationList(record.conversations).count(ConversationFilter(words="trou")) == 1


def go_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, revision)


def test_moments_keep_their_zone(record: Record) -> None:
    """A call after midnight of the city belongs to the new day, though it is the old one in UTC."""
    record.call("late", datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    record.job.catch_up(EVENING)
    assert record.fates() == {"handled": 1}
    assert record.fates(DAY - timedelta(days=1), DAY - timedelta(days=1)) == {}
