"""What a caller hears when something behind the switchboard is broken, on real calls."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.simulate.run import CallResult
from bot.simulate.session import simulate_scripts
from tests.calls.conftest import Switchboard, wait_until

SCRIPTS = Path(__file__).parent
# Nobody may wait longer for a sentence, whatever is broken; read off the phone's recording.
MAX_SILENCE_MS = 3000

pytestmark = [
    pytest.mark.sip,
    pytest.mark.speech,
    pytest.mark.rasa,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


def call(switchboard: Switchboard, script: str, speaker: str) -> CallResult:
    (result,) = asyncio.run(simulate_scripts(Settings(), [(SCRIPTS / script, speaker)], switchboard.sip_uri))
    return result


@pytest.mark.faults
def test_a_report_waits_for_a_desk_that_is_down_and_then_reaches_it(switchboard: Switchboard) -> None:
    before = len(switchboard.requests())
    with switchboard.without("backend"):
        result = call(switchboard, "report_pothole.yml", "Nadia")
        assert result.outcome == "goal_reached", result
        assert max(result.silences_ms) <= MAX_SILENCE_MS
        assert switchboard.desk("select count(*) from outbox where state = 'pending'") == [(1,)]
    wait_until(switchboard.is_desk_up, 60)
    # The back-off has grown while the desk was down.
    wait_until(lambda: len(switchboard.requests()) == before + 1, 200)
    assert switchboard.desk("select count(*) from outbox where state != 'delivered'") == [(0,)]


@pytest.mark.faults
@pytest.mark.parametrize("process", ["rasa", "actions"])
def test_without_its_dialogue_the_call_ends_in_a_recorded_callback(
    switchboard: Switchboard, process: str
) -> None:
    before = switchboard.desk("select count(*) from callbacks")[0][0]
    with switchboard.without(process):
        result = call(switchboard, "nobody_answers.yml", "Louis")
    assert result.outcome == "goal_reached", result
    assert len(result.silences_ms) >= 2
    assert max(result.silences_ms) <= MAX_SILENCE_MS
    (phone, reason) = switchboard.desk("select phone, reason from callbacks order by requested_at desc")[0]
    assert switchboard.desk("select count(*) from callbacks")[0][0] == before + 1
    assert phone == "0612345678"
    assert "lamp" in reason.casefold()


def test_noise_is_not_taken_for_words(switchboard: Switchboard) -> None:
    result = call(switchboard, "noise_only.yml", "Hugo")
    assert result.outcome == "goal_reached", result
    last = "(select id from conversations order by started_at desc limit 1)"
    heard = switchboard.conversations(
        f"select text from turns where speaker = 'caller' and conversation_id = {last}"
    )
    assert heard == []


def test_sipps_own_caller_succeeds_four_times_at_once(switchboard: Switchboard) -> None:
    finished = subprocess.run(
        [
            "sipp",
            "-sn",
            "uac",
            f"127.0.0.1:{switchboard.sip_port}",
            "-i",
            "127.0.0.1",
            "-m",
            "4",
            "-d",
            "5000",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-2000:]
