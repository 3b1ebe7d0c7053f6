"""Each kind of data leaves when its time is over, and not before; figures stay longer, without anybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.figures.measures import Measure
from bot.privacy.keeping import Keeping
from bot.privacy.places import Places
from bot.privacy.retention import Retention
from bot.store.models import ChatEntry, Conversation
from bot.store.privacy_runs import RunKind
from integrations.desk_models import ReportRow
from tests.fakes.databases import KINDS
from tests.fakes.privacy_places import add_caller, all_that_is_stored, fresh_places

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
NUMBER = "0612345678"


@pytest.fixture(params=KINDS)
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    with fresh_places(request.param, tmp_path) as fresh:
        yield fresh


def retention(places: Places, **days: int) -> Retention:
    return Retention(places, Keeping(**days), lambda: NOW)


def test_what_is_young_stays(places: Places) -> None:
    add_caller(places, "young", NUMBER, NOW)
    before = all_that_is_stored(places)

    counts = retention(places).sweep(NOW)

    # Only what was learned from its sound has a date of its own, which was now.
    assert counts == {"learned": 2}
    assert all_that_is_stored(places).count(NUMBER) == before.count(NUMBER)


def test_old_words_leave_figures_that_belong_to_nobody(places: Places) -> None:
    add_caller(places, "old", NUMBER, NOW - timedelta(days=181))
    add_caller(places, "young", "0698765432", NOW - timedelta(days=179))

    counts = retention(places).sweep(NOW)

    with Session(places.conversations) as session:
        old, young = session.get_one(Conversation, "old"), session.get_one(Conversation, "young")
        assert (old.caller, old.turns[0].text, old.turns[0].entities) == ("", "", [])
        assert (old.turns[0].start_ms, old.turns[0].end_ms, old.channel) == (0, 9, "phone")
        assert young.turns[0].text == "rappelez-moi au 0698765432"
        assert session.scalar(select(func.count()).select_from(ChatEntry)) == 1
    assert counts["transcripts"] == counts["photos"] == 1
    assert counts["trackers"] == 2


def test_figures_leave_last(places: Places) -> None:
    add_caller(places, "ancient", NUMBER, NOW - timedelta(days=1096))

    counts = retention(places).sweep(NOW)

    with Session(places.conversations) as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0
    assert counts["statistics"] == 1
    assert NUMBER not in all_that_is_stored(places)


def test_days_of_figures_leave_once_their_conversations_have(places: Places) -> None:
    kept = (NOW - timedelta(days=1095)).date()
    for back in range(3):
        places.counts.save(kept - timedelta(days=back), {"phone": {Measure.HOUR: {"08": 1}}}, NOW)

    counts = retention(places).sweep(NOW)

    assert counts["counted_days"] == 1
    assert [each.day for each in places.counts.days(date.min, date.max)] == [kept - timedelta(days=1), kept]


def test_the_desk_forgets_who_called_and_keeps_the_report(places: Places) -> None:
    add_caller(places, "old", NUMBER, NOW - timedelta(days=366))

    counts = retention(places).sweep(NOW)

    with Session(places.desk) as session:
        report = session.get_one(ReportRow, "NIM-old")
        assert (report.caller_phone, report.caller_name, report.street) == ("", "", "Rue Hoche")
    assert counts["people"] == counts["callbacks"] == counts["notifications"] == 1


def test_a_recording_leaves_before_its_words(places: Places) -> None:
    for id_, days in (("old", 31), ("young", 29)):
        at = NOW - timedelta(days=days)
        add_caller(places, id_, NUMBER, at)
        path = places.recordings.path(id_)
        assert path is not None
        os.utime(path, (at.timestamp(), at.timestamp()))

    counts = retention(places).sweep(NOW)

    assert counts["recordings"] == 1
    assert places.recordings.path("old") is None
    assert places.recordings.path("young") is not None


def test_periods_are_settings(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOT_KEEP_TRANSCRIPTS_DAYS", "7")
    add_caller(places, "old", NUMBER, NOW - timedelta(days=8))

    counts = Retention(places, Keeping(), lambda: NOW).sweep(NOW)

    assert counts["transcripts"] == 1


def test_each_run_that_deletes_is_reported_and_an_idle_one_once_a_day(places: Places) -> None:
    job = retention(places)
    job.sweep(NOW)
    job.sweep(NOW + timedelta(hours=1))
    add_caller(places, "old", NUMBER, NOW - timedelta(days=200))
    job.sweep(NOW + timedelta(hours=2))
    job.sweep(NOW + timedelta(hours=26))

    runs = places.runs.latest()
    assert [run.at for run in runs] == [NOW + timedelta(hours=hours) for hours in (26, 2, 0)]
    assert {run.kind for run in runs} == {RunKind.RETENTION}
    assert runs[1].counts["transcripts"] == 1


def test_a_thousand_old_conversations_leave_in_one_run(places: Places) -> None:
    with Session(places.conversations) as session:
        session.add_all(
            Conversation(id=f"c{n}", channel="phone", caller=NUMBER, started_at=NOW - timedelta(days=200))
            for n in range(1001)
        )
        session.commit()

    assert retention(places).sweep(NOW)["transcripts"] == 1001
