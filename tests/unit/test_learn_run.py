"""A learning: what is written, what is trained with what, which model may serve, and the way back."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.learn.known import Example
from bot.learn.marks import Mark
from bot.learn.offers import HOLDS_PERSONAL, NO_RECORDING, Kind
from bot.learn.run import Desk, LearningError, forget_expired, offers_of, roll_back
from bot.rasa_env.train import fingerprint, learned_in_effect
from bot.store.learnings import Outcome
from bot.store.reviews import Correction, State
from tests.fakes.learning import INTENTS, NOW, FakeTrainer, approve, learning_desk, run

ROOT = Path(__file__).parents[2]
HOLE = Correction(
    "Il y a un trou.",
    "report_problem",
    (Mark(10, 14, "problem_type"),),
    as_recognition=True,
    as_conversation=True,
)
NAME = Correction("je suis madame Roux", "inform", (Mark(15, 19, "person_name"),), as_recognition=True)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return learning_desk(tmp_path)


def test_approved_corrections_are_written_without_people_and_put_in_effect(desk: Desk) -> None:
    approve(desk, 1, HOLE)
    approve(desk, 2, replace(NAME, as_conversation=True))
    trainer = FakeTrainer()
    assert run(desk, trainer) is Outcome.READY
    assert trainer.measured == ["base.tar.gz", "1+2.tar.gz"]
    folder = desk.folder
    assert folder.in_effect() == (1,)
    one, two = [yaml.safe_load(path.read_text()) for path in folder.examples([1])]
    assert one["nlu"] == [{"intent": "report_problem", "examples": "- il y a un [trou](problem_type)\n"}]
    assert "roux" not in str(two)
    assert "je suis madame [" in str(two)
    first, second = [yaml.safe_load(path.read_text()) for path in folder.conversations([1])]
    assert [step["intent"] for step in first["stories"][0]["steps"]] == ["report_problem"]
    # The turn before counts as it was corrected.
    steps = second["stories"][0]["steps"]
    assert steps[0]["user"].strip() == "il y a un [trou](problem_type)"
    assert "roux" not in str(second)
    # A name can be heard in a recording: only the other one is a test.
    assert [path.name for path in folder.transcripts([1])] == ["1.txt"]
    assert (folder.folder / "1/recognition/1.txt").read_text() == "Il y a un trou.\n"
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700
    assert desk.learnings.expired(NOW + timedelta(days=30)) == ["1/recognition/1.wav", "1/recognition/1.txt"]
    assert desk.reviews.counts()[State.LEARNED] == 2


@pytest.mark.parametrize("worse", INTENTS)
def test_a_model_that_is_worse_is_not_put_in_effect_and_nothing_of_it_stays(desk: Desk, worse: str) -> None:
    approve(desk, 1, HOLE)
    trainer = FakeTrainer()
    trainer.mistakes = {worse}
    assert run(desk, trainer) is Outcome.WORSE
    assert desk.folder.in_effect() == ()
    assert desk.folder.examples([1]) == []
    assert desk.reviews.counts()[State.APPROVED] == 1
    report = desk.learnings.latest()[0]
    assert report.outcome is Outcome.WORSE
    assert any(figure["is_worse"] for figure in report.figures)


def test_a_failed_training_leaves_everything_as_it_was(desk: Desk) -> None:
    class Failing(FakeTrainer):
        def train(self, examples: Sequence[Path]) -> Path:
            raise LearningError("no memory")

    approve(desk, 1, HOLE)
    with pytest.raises(LearningError):
        run(desk, Failing())
    assert (desk.folder.in_effect(), desk.folder.examples([1])) == ((), [])
    assert desk.learnings.latest()[0].outcome is Outcome.FAILED
    assert desk.reviews.counts()[State.APPROVED] == 1


def test_what_cannot_be_learned_is_refused_and_told_why(desk: Desk) -> None:
    approve(desk, 3, Correction("C'est fermé le dimanche", "ask_opening_hours", as_conversation=True))
    approve(desk, 4, Correction("oui", "affirm"))
    with pytest.raises(LearningError):
        run(desk, FakeTrainer())
    reserved, same = desk.reviews.in_state(State.REFUSED)
    assert reserved.reason == "Rien à apprendre : Phrase réservée à l'évaluation."
    assert "déjà apprise" in same.reason
    assert desk.learnings.latest() == []


def test_offers_say_what_a_correction_cannot_be_used_for(desk: Desk) -> None:
    approve(desk, 2, NAME)
    (offer,) = offers_of(desk, desk.reviews.in_state(State.APPROVED))
    assert offer.refusals == {Kind.RECOGNITION: HOLDS_PERSONAL}
    silent = replace(desk, audio_of=lambda review: None)
    (offer,) = offers_of(silent, desk.reviews.in_state(State.APPROVED))
    assert offer.refusals == {Kind.RECOGNITION: NO_RECORDING}


def test_the_last_run_is_taken_back_and_its_corrections_wait_again(desk: Desk) -> None:
    approve(desk, 1, HOLE)
    trainer = FakeTrainer()
    run(desk, trainer)
    approve(desk, 2, NAME)
    run(desk, trainer)
    assert desk.folder.in_effect() == (1, 2)
    assert roll_back(desk, trainer, lambda: NOW).name == "1.tar.gz"
    assert desk.folder.in_effect() == (1,)
    assert [review.turn_id for review in desk.reviews.in_state(State.APPROVED)] == [2]
    roll_back(desk, trainer, lambda: NOW)
    with pytest.raises(LearningError):
        roll_back(desk, trainer, lambda: NOW)


def test_what_is_in_effect_changes_the_model_and_an_empty_folder_does_not(desk: Desk, tmp_path: Path) -> None:
    base = fingerprint(ROOT)
    assert learned_in_effect(tmp_path) == []
    desk.folder.write_example(1, 7, Example("affirm", "c'est tout bon"))
    assert learned_in_effect(tmp_path) == []
    desk.folder.put_in_effect([1])
    learned = learned_in_effect(tmp_path)
    assert [path.name for path in learned] == ["7.yml"]
    assert fingerprint(ROOT, learned) != base == fingerprint(ROOT, [])


def test_recordings_leave_with_retention(desk: Desk) -> None:
    approve(desk, 1, HOLE)
    run(desk, FakeTrainer())
    assert forget_expired(desk, NOW + timedelta(days=29)) == 0
    assert forget_expired(desk, NOW + timedelta(days=30)) == 1
    assert desk.folder.transcripts([1]) == []
    assert len(desk.folder.examples([1])) == 1


def hearing_of(desk: Desk) -> Mapping[str, Any]:
    return next(each for each in desk.learnings.latest()[0].figures if each["name"] == "hearing")


def test_tests_of_hearing_are_heard_and_reported_without_judging_the_model(desk: Desk) -> None:
    approve(desk, 1, HOLE)
    assert run(desk, FakeTrainer()) is Outcome.READY
    report = hearing_of(desk)
    # "y a un tour" was heard of "Il y a un trou."; now only one word of five is wrong.
    assert (report["before"], report["after"], report["whole"], report["is_worse"]) == (0.4, 0.2, 5, False)
    assert (report["note"], report["is_judged"]) == ("ears", False)
    assert report["cases"] == [{"review": "1", "before": "2 sur 5", "after": "1 sur 5"}]
    assert "trou" not in str(report)


def test_expired_sound_is_left_out_and_missing_sound_is_said(desk: Desk) -> None:
    approve(desk, 1, HOLE)
    run(desk, FakeTrainer())
    (desk.folder.folder / "1/recognition/1.wav").unlink()
    approve(desk, 2, NAME)
    run(desk, FakeTrainer())
    assert hearing_of(desk)["note"] == "ears ; 1 sans enregistrement"
    assert hearing_of(desk)["whole"] == 0
    approve(desk, 4, replace(HOLE, text="Il y a encore un trou."))
    run(desk, FakeTrainer(), NOW + timedelta(days=30))
    report = hearing_of(desk)
    assert report["note"] == "ears ; 1 hors délai de conservation, non écouté(s)"
    assert [case["review"] for case in report["cases"]] == ["3"]


def test_nothing_outside_the_folder_is_removed(desk: Desk, tmp_path: Path) -> None:
    path = desk.folder.write_example(1, 7, Example("affirm", "c'est tout bon"))
    outside = tmp_path / "precious.yml"
    outside.touch()
    desk.folder.remove(["../precious.yml", path])
    assert outside.exists()
    assert desk.folder.examples([1]) == []
