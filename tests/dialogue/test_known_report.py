"""The same problem told by a second person is recognised, and that person is added to it."""

from __future__ import annotations

import sqlite3

import pytest

from tests.dialogue.engine import Answer, Engine, Talk

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]
LAMP = "il y a un lampadaire en panne au 12 rue de la République"


@pytest.fixture
def first(engine: Engine) -> Talk:
    """Somebody whose report is filed."""
    engine.forget_reports()
    talk = engine.conversation(caller="")
    talk.say(LAMP)
    assert talk.say("oui").names == ["utter_report_filed", "utter_more"]
    return talk


def counted(engine: Engine, table: str) -> int:
    with sqlite3.connect(f"file:{engine.desk_path}?mode=ro", uri=True) as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


def test_a_second_person_joins_the_report(engine: Engine, first: Talk) -> None:
    second = engine.conversation()
    asked = second.say(LAMP)
    assert (asked.names, asked.custom["expect"]) == (["utter_report_ask_known"], "yes_no")
    assert "12 rue de la République".casefold() in asked.text.casefold()
    assert second.say("oui c'est le même").names == ["utter_report_ask_phone"]
    joined: Answer = second.say("non")
    assert joined.names == ["utter_report_joined", "utter_more"]
    assert "référence" in joined.text
    assert counted(engine, "reports") == 1


def test_another_problem_at_the_same_place_is_filed(engine: Engine, first: Talk) -> None:
    second = engine.conversation(caller="")
    second.say(LAMP)
    assert second.say("non c'est un autre").names == ["utter_report_confirm"]
    assert second.say("oui").names == ["utter_report_filed", "utter_more"]
    assert counted(engine, "reports") == 2


def test_who_reported_it_is_not_asked_about_the_own_report(engine: Engine, first: Talk) -> None:
    assert first.say("oui il y a un banc cassé devant les arènes").names == ["utter_report_confirm"]
