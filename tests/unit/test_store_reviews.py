"""Corrections in SQL: proposed, approved in batches, never overwritten unseen; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.learn.marks import Mark
from bot.store.conversations import MIGRATIONS
from bot.store.learnings import LearnedItem, LearningStore, Outcome
from bot.store.models import Conversation, Turn
from bot.store.reviews import ConflictError, Correction, ReviewStore, State, UnknownTurnError
from integrations.database import migrate, open_database
from tests.fakes.databases import KINDS, fresh_database

NOW = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
HEARD = Correction("il y a un trou", "report_problem", (Mark(10, 14, "problem_type"),))


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        with Session(engine) as session, session.begin():
            session.add(Conversation(id="call-1", channel="phone", started_at=NOW))
            session.flush()
            for position, (speaker, text) in enumerate(
                [("bot", "Bonjour."), ("caller", "y a un tour"), ("bot", "Où ?"), ("caller", "rue dorée")]
            ):
                session.add(
                    Turn(
                        id=position + 1,
                        conversation_id="call-1",
                        position=position,
                        speaker=speaker,
                        text=text,
                        start_ms=1000 * position,
                        end_ms=1000 * position + 800,
                        intent="inform",
                        entities=[],
                    )
                )
        yield engine
        engine.dispose()


def test_a_correction_is_kept_beside_what_was_heard(engine: Engine) -> None:
    store = ReviewStore(engine)
    assert store.turn(2).review is None
    review = store.save(2, 0, HEARD, "zoe", NOW)
    assert (review.version, review.state, review.saved_by, review.saved_at) == (1, "proposed", "zoe", NOW)
    assert store.turn(2).review == review
    assert (review.heard, review.guessed, review.correction) == ("y a un tour", "inform", HEARD)
    assert [turn.text for turn, _ in store.turns_before([review])[0]] == ["y a un tour"]


def test_who_did_not_see_the_newest_correction_is_told_and_overwrites_nothing(engine: Engine) -> None:
    store = ReviewStore(engine)
    first = store.save(2, 0, HEARD, "zoe", NOW)
    with pytest.raises(ConflictError) as conflict:
        store.save(2, 0, Correction("autre chose", "inform"), "said", NOW)
    assert conflict.value.current == first
    second = store.save(2, 1, Correction("autre chose", "inform"), "said", NOW)
    assert (second.version, second.saved_by, second.id) == (2, "said", first.id)


@pytest.mark.parametrize("turn_id", [1, 99])
def test_only_turns_of_callers_are_corrected(engine: Engine, turn_id: int) -> None:
    with pytest.raises(UnknownTurnError):
        ReviewStore(engine).save(turn_id, 0, HEARD, "zoe", NOW)
    with pytest.raises(UnknownTurnError):
        ReviewStore(engine).turn(turn_id)


def test_many_are_approved_at_once_except_what_changed_meanwhile(engine: Engine) -> None:
    store = ReviewStore(engine)
    one, two = store.save(2, 0, HEARD, "zoe", NOW), store.save(4, 0, HEARD, "zoe", NOW)
    store.save(4, 1, HEARD, "zoe", NOW)
    assert store.decide([(one.id, 1), (two.id, 1)], State.APPROVED, "said", NOW) == 1
    assert [review.id for review in store.in_state(State.APPROVED)] == [one.id]
    assert [review.id for review in store.in_state(State.PROPOSED)] == [two.id]
    assert store.decide([(two.id, 2)], State.REFUSED, "said", NOW, "doublon") == 1
    assert store.in_state(State.REFUSED)[0].reason == "doublon"
    assert store.counts() == {"proposed": 0, "approved": 1, "refused": 1, "learned": 0}


def test_a_learned_correction_is_decided_no_more_until_it_is_unlearned(engine: Engine) -> None:
    store = ReviewStore(engine)
    review = store.save(2, 0, HEARD, "zoe", NOW)
    store.decide([(review.id, 1)], State.APPROVED, "said", NOW)
    store.learned([review.id], 7)
    assert store.decide([(review.id, 1)], State.REFUSED, "said", NOW) == 0
    store.unlearned(7)
    assert [found.id for found in store.in_state(State.APPROVED)] == [review.id]


def test_a_changed_correction_must_be_approved_again(engine: Engine) -> None:
    store = ReviewStore(engine)
    review = store.save(2, 0, HEARD, "zoe", NOW)
    store.decide([(review.id, 1)], State.APPROVED, "said", NOW)
    assert store.save(2, 1, HEARD, "zoe", NOW).state is State.PROPOSED


def test_corrections_leave_with_their_conversation_and_what_was_learned_is_found(engine: Engine) -> None:
    reviews, learnings = ReviewStore(engine), LearningStore(engine)
    reviews.save(2, 0, HEARD, "zoe", NOW)
    number = learnings.begin("said", 1, NOW)
    soon = NOW + timedelta(days=30)
    learnings.add_items(
        number,
        [
            LearnedItem("1/nlu/1.yml", "example", "call-1"),
            LearnedItem("1/recognition/1.wav", "recognition", "call-1", soon),
        ],
    )
    with Session(engine) as session, session.begin():
        session.delete(session.get_one(Conversation, "call-1"))
    assert reviews.counts()["proposed"] == 0
    assert sorted(learnings.items_of("call-1")) == ["1/nlu/1.yml", "1/recognition/1.wav"]
    assert learnings.expired(soon - timedelta(seconds=1)) == []
    assert learnings.expired(soon) == ["1/recognition/1.wav"]
    learnings.forget_items(["1/recognition/1.wav"])
    assert learnings.items_of("call-1") == ["1/nlu/1.yml"]


def test_a_run_leaves_its_report(engine: Engine) -> None:
    store = LearningStore(engine)
    number = store.begin("said", 3, NOW)
    assert store.latest()[0].outcome is Outcome.RUNNING
    figures = [{"name": "intents", "before": 0.9, "after": 0.91}]
    store.finish(number, Outcome.WORSE, NOW, before_model="aa", after_model="bb", figures=figures)
    report = store.get(number)
    assert report is not None
    assert (report.outcome, report.before_model, list(report.figures)) == ("worse", "aa", figures)
    assert store.get(99) is None
