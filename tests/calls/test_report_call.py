"""A citizen calls over SIP, and the report desk holds the report. Everything on the way is real."""

import asyncio
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.simulate.run import CallResult
from bot.simulate.session import simulate_scripts
from tests.calls.conftest import Switchboard

SCRIPTS = Path(__file__).parent
SPEAKERS = ("Claire", "Karim", "Manon", "Marcel")

pytestmark = [
    pytest.mark.sip,
    pytest.mark.speech,
    pytest.mark.rasa,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


def call(switchboard: Switchboard, script: str, *speakers: str) -> list[CallResult]:
    """Two of them call at once, as the switchboard can take."""
    scripts = [(SCRIPTS / script, speaker) for speaker in speakers]
    return asyncio.run(simulate_scripts(Settings(), scripts, switchboard.sip_uri, at_once=2))


def test_a_pothole_is_reported_by_four_different_people(switchboard: Switchboard) -> None:
    known = {request["service_request_id"] for request in switchboard.requests()}
    results = call(switchboard, "report_pothole.yml", *SPEAKERS)
    assert [result.outcome for result in results] == ["goal_reached"] * len(SPEAKERS), results
    filed = [request for request in switchboard.requests() if request["service_request_id"] not in known]
    assert len(filed) == len(SPEAKERS)
    for request in filed:
        assert request["service_code"] == "trou_chaussee"
        assert request["address"].casefold() == "12 rue de la république"


def test_a_caller_who_cuts_the_bot_short_is_heard(switchboard: Switchboard) -> None:
    (result,) = call(switchboard, "interrupts.yml", "Claire")
    assert result.outcome == "goal_reached", result
    assert switchboard.requests()[0]["address"].casefold() == "14 rue de la république"
    # How fast it stops depends on the machine, and is printed by `make bench-calls`; that it stops does not.
    last = "(select id from conversations order by started_at desc limit 1)"
    cut = f"select text from turns where speaker = 'bot' and was_cut_off and conversation_id = {last}"
    assert switchboard.conversations(cut), "the bot stopped in the middle of its sentence"
