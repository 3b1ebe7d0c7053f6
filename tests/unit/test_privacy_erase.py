"""Everything about one number or one conversation goes, everywhere; again after a restore."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.privacy.erase import Eraser, NotANumberError
from bot.privacy.ledger import Subject
from bot.privacy.places import Places
from bot.store.models import Conversation, Turn
from bot.store.privacy_runs import RunKind
from integrations.backend.models import ServiceRequest
from integrations.database import writing
from integrations.desk_models import OutboxRow, ReportRow
from tests.fakes.databases import KINDS
from tests.fakes.privacy_places import add_caller, all_that_is_stored, fresh_places

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
HERS = "0612345678"
OTHERS = "0698765432"


@pytest.fixture(params=KINDS)
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    with fresh_places(request.param, tmp_path) as fresh:
        add_caller(fresh, "hers", HERS, NOW)
        add_caller(fresh, "others", OTHERS, NOW)
        yield fresh


@pytest.mark.parametrize(
    "form", ["0612345678", "+33612345678", "06 12 34 56 78", "0033 6 12 34 56 78", "06.12.34.56.78"]
)
def test_nothing_about_a_number_is_left_however_it_was_written(places: Places, form: str) -> None:
    counts = Eraser(places).erase_number(form, "chef", NOW)

    stored = all_that_is_stored(places)
    assert HERS not in stored
    assert "hers" not in stored.replace("others", "").replace("NIM-hers", "")
    for file in places.spool.parent.rglob("*.db*"):
        assert HERS.encode() not in file.read_bytes(), file.name
    assert counts["conversations"] == counts["recordings"] == counts["callbacks"] == 1
    assert counts["reports"] == counts["backend_reports"] == counts["notifications"] == counts["people"] == 1
    assert counts["learned"] == 2


def test_somebody_else_loses_nothing(places: Places) -> None:
    before = all_that_is_stored(places).count(OTHERS)

    Eraser(places).erase_number(HERS, "chef", NOW)

    assert all_that_is_stored(places).count(OTHERS) == before
    assert places.recordings.path("others") is not None


def test_a_number_is_found_however_it_came_in(places: Places) -> None:
    add_caller(places, "abroad", "+33612345678", NOW)
    add_caller(places, "pbx", "33612345678", NOW)

    assert Eraser(places).conversations_of("06 12 34 56 78") == ["abroad", "hers", "pbx"]


def test_the_report_stays_and_is_still_delivered_without_the_person(places: Places) -> None:
    Eraser(places).erase_number(HERS, "chef", NOW)

    with Session(places.desk) as session:
        report = session.get_one(ReportRow, "NIM-hers")
        assert (report.problem_code, report.street, report.house_number) == ("pothole", "Rue Hoche", "12")
        assert (report.caller_name, report.caller_phone, report.conversation_id) == ("", "", "")
        assert report.description == "un trou, appelez le [numéro]"
        outbox = session.scalars(select(OutboxRow).where(OutboxRow.reference == "NIM-hers")).all()
        assert [row.state for row in outbox] == ["pending", "dead"]
        assert {row.payload["caller_phone"] for row in outbox} == {""}
    with Session(places.backend) as session:
        request = session.scalars(select(ServiceRequest).where(ServiceRequest.reference == "NIM-hers")).one()
        assert (request.last_name, request.phone, request.address) == ("", "", "12 rue Hoche")


def test_who_only_said_the_number_keeps_the_conversation_without_it(places: Places) -> None:
    with writing(places.conversations) as session:
        turn = Turn(position=0, speaker="caller", text="c'est le 06 12 34 56 78", start_ms=0, end_ms=1)
        session.add(Conversation(id="third", channel="phone", started_at=NOW, turns=[turn]))

    Eraser(places).erase_number(HERS, "chef", NOW)

    with Session(places.conversations) as session:
        (turn,) = session.get_one(Conversation, "third").turns
        assert turn.text == "c'est le [numéro]"


def test_one_conversation_goes_and_another_of_the_same_number_stays(places: Places) -> None:
    add_caller(places, "again", HERS, NOW)

    Eraser(places).erase_conversation("hers", "chef", NOW)

    assert Eraser(places).conversations_of(HERS) == ["again"]
    assert places.recordings.path("hers") is None
    assert places.recordings.path("again") is not None


def test_callbacks_that_wait_in_the_file_go_too(places: Places) -> None:
    lines = [{"conversation_id": id_, "phone": number} for id_, number in (("x", HERS), ("y", OTHERS))]
    places.spool.write_text("".join(json.dumps(line) + "\n" for line in lines))

    counts = Eraser(places).erase_number(HERS, "chef", NOW)

    assert counts["spooled"] == 1
    assert json.loads(places.spool.read_text()) == lines[1]


def test_what_a_backup_brings_back_is_erased_again(places: Places) -> None:
    eraser = Eraser(places)
    eraser.erase_number(HERS, "chef", NOW)
    eraser.erase_conversation("others", "chef", NOW)
    add_caller(places, "restored", "+33612345678", NOW)
    with writing(places.conversations) as session:
        session.add(Conversation(id="others", channel="phone", caller="", started_at=NOW))
    add_caller(places, "kept", "0611111111", NOW)

    counts = eraser.replay("chef", NOW)

    with Session(places.conversations) as session:
        assert list(session.scalars(select(Conversation.id))) == ["kept"]
    assert counts["conversations"] == 2
    assert "+33612345678" not in all_that_is_stored(places)
    assert not eraser.replay("chef", NOW)


def test_the_report_of_an_erasure_holds_no_number(places: Places) -> None:
    Eraser(places).erase_number(HERS, "chef", NOW)

    (run,) = places.runs.latest()
    assert (run.kind, run.login, run.at) == (RunKind.ERASURE, "chef", NOW)
    assert run.subject == places.ledger.shown(Subject.NUMBER, "+33612345678")
    assert run.counts["conversations"] == 1
    ledger = (places.spool.parent / "privacy" / "erasures.jsonl").read_text()
    assert "12345678" not in ledger.replace(run.subject, "")


@pytest.mark.parametrize("nonsense", ["", "12", "bonjour", "%", "3111"])
def test_what_is_no_number_erases_nothing(places: Places, nonsense: str) -> None:
    with pytest.raises(NotANumberError):
        Eraser(places).erase_number(nonsense, "chef", NOW)

    assert places.runs.latest() == []
