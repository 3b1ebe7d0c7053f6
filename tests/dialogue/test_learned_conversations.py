"""Learned conversations are played by the real dialogue engine, on a desk of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.learn.folder import LearnedFolder
from bot.learn.known import Example
from bot.learn.played import play
from tests.dialogue.engine import RASA_PYTHON, ROOT, trained_model

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]

PLACE = "devant le [12](house_number) [rue de la République](street)"
REPORT = [
    Example("report_problem", f"il y a un [trou](problem_type) {PLACE}"),
    Example("affirm", "oui"),
    Example("affirm", "oui"),
    Example("deny", "non"),
    Example("affirm", "oui"),
]
# No model takes this greeting for a wish to talk to somebody; whoever corrected it knows better.
MISHEARD = [Example("talk_to_agent", "bonjour")]


def test_what_the_bot_does_is_held_against_what_it_should_have_understood(tmp_path: Path) -> None:
    folder = LearnedFolder(tmp_path / "learned")
    for number, steps in ((7, REPORT), (8, MISHEARD), (9, REPORT)):
        folder.write_conversation(1, number, steps, "phone")
    right, wrong, again = play(ROOT, tmp_path, RASA_PYTHON, trained_model(), folder.conversations([1]))
    assert (right.review, right.is_right, right.fault) == ("7", True, "")
    said = [name for turn in right.wanted for name in turn]
    assert "action_file_report" in said
    assert "utter_report_failed" not in said
    # What one play filed is no known report to the next.
    assert again.wanted == right.wanted
    assert not wrong.is_right
    assert wrong.fault == "tour 1 : action_greet au lieu de action_talk_to_agent"
    # Nothing of it reaches the desk that calls are filed with.
    assert not (tmp_path / "desk.db").exists()
