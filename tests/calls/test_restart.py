"""Processes of the running callbot are started again under a real call."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from bot.simulate.run import CallResult
from bot.simulate.session import simulate_scripts
from bot.supervise.place import Place
from bot.supervise.processes import BOTS
from tests.calls.conftest import ROOT, Switchboard, wait_until

SCRIPT = Path(__file__).parent / "report_pothole.yml"

pytestmark = [
    pytest.mark.sip,
    pytest.mark.speech,
    pytest.mark.rasa,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]


def call(switchboard: Switchboard) -> CallResult:
    (result,) = asyncio.run(simulate_scripts(Settings(), [(SCRIPT, "Nadia")], switchboard.sip_uri))
    return result


def running(switchboard: Switchboard) -> set[str]:
    return {name for name, state in switchboard.processes().items() if state == "RUNNING"}


def has_spoken(switchboard: Switchboard) -> bool:
    """Whether a caller is in the middle of a call."""
    talking = "select 1 from turns t join conversations c on c.id = t.conversation_id"
    return bool(switchboard.conversations(f"{talking} where t.speaker = 'caller' and c.outcome = ''"))


def test_the_bot_is_replaced_while_somebody_speaks_with_it(switchboard: Switchboard) -> None:
    wait_until(lambda: running(switchboard) >= set(BOTS), 60)
    old = switchboard.serving_bot()
    (new,) = set(BOTS) - {old}
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(call, switchboard)
        wait_until(
            lambda: bool(switchboard.conversations("select 1 from turns where speaker = 'caller'")), 120
        )
        restarted = subprocess.run(
            [sys.executable, "-m", "bot.cli", "restart", "bot"],
            cwd=ROOT,
            env={**os.environ, "CALLBOT_VAR_DIR": str(switchboard.var_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert restarted.returncode == 0, restarted.stdout + restarted.stderr
        before = switchboard.supervisor.pid(old)
        assert answer.result().outcome == "goal_reached", answer.result()
    wait_until(lambda: switchboard.supervisor.pid(old) not in (0, before), 60)
    assert switchboard.serving_bot() == new
    assert switchboard.health().status_code == 200


def test_the_one_that_waits_takes_the_place_of_a_killed_bot(switchboard: Switchboard) -> None:
    wait_until(lambda: running(switchboard) >= set(BOTS), 60)
    old = switchboard.serving_bot()
    (new,) = set(BOTS) - {old}
    before = switchboard.supervisor.pid(new)
    os.kill(switchboard.supervisor.pid(old), signal.SIGKILL)
    wait_until(lambda: Place(switchboard.var_dir / "run").holder() == before, 10)
    wait_until(lambda: _is_well(switchboard), 60)
    assert call(switchboard).outcome == "goal_reached"
    assert (switchboard.serving_bot(), switchboard.supervisor.pid(new)) == (new, before)


def _is_well(switchboard: Switchboard) -> bool:
    try:
        return switchboard.health().status_code == 200
    except httpx.TransportError:
        return False
