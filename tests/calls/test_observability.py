"""What the running callbot tells those who run it: every figure that is watched, and no word of callers."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.calls.conftest import Switchboard, wait_until

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAME, PHONE, STREET = "Arnaud", "0639982345", "Jean Reboul"
# What a citizen writes, until a report is filed under their name and number.
WRITES = (
    f"il y a un lampadaire en panne devant le 14 rue {STREET}",
    "oui",
    f"je m'appelle Mireille {NAME}, mon numéro est le {PHONE}",
    "oui",
    f"rappelez-moi au {PHONE}",
)

pytestmark = [pytest.mark.sip, pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(600)]


def watched_names() -> set[str]:
    """Every name of ours in the dashboard and in the alert rules, as Prometheus stores it."""
    written = (DEPLOY / "grafana" / "callbot.json").read_text() + (
        DEPLOY / "prometheus" / "alerts.yml"
    ).read_text()
    return set(re.findall(r"\bcallbot_[a-z0-9_]+", written))


def told_by(urls: dict[str, str]) -> dict[str, set[str]]:
    """Names of the samples that each process gives."""
    return {
        process: set(re.findall(r"^(\w+)[{ ]", httpx.get(url, timeout=20).text, re.MULTILINE))
        for process, url in urls.items()
    }


def chat(socket: ClientConnection, number: int, text: str) -> None:
    """Write one message and wait for the answer to it."""
    socket.send(json.dumps({"event": "say", "id": f"message-{number:04d}", "text": text}))
    has_been_said = False
    while True:
        event = json.loads(socket.recv(timeout=60))
        if event["event"] == "message" and event["author"] == "visitor":
            has_been_said = True
        elif event["event"] == "message" and has_been_said:
            return


@pytest.fixture(scope="module")
def chatted(switchboard: Switchboard) -> Switchboard:
    """The callbot after somebody told it who they are and where they live."""
    url = switchboard.public_url.replace("http", "ws") + "/chat"
    with connect(url, origin=switchboard.public_url) as socket:
        socket.send(json.dumps({"event": "hello", "version": 1, "session": "", "last_seq": 0}))
        assert json.loads(socket.recv(timeout=30))["event"] == "welcome"
        for number, text in enumerate(WRITES):
            chat(socket, number, text)
    is_written = f"select count(*) from turns where text like '%{NAME}%'"
    wait_until(lambda: switchboard.conversations(is_written)[0][0] > 0, 30)
    return switchboard


def test_every_figure_that_is_drawn_or_watched_is_told(chatted: Switchboard) -> None:
    told = told_by(chatted.metrics_urls)
    assert all(told.values())
    # Told once a backup was made, and where there is a PBX to register to.
    later = {"callbot_last_backup_timestamp_seconds", "callbot_sip_registered"}
    missing = watched_names() - set.union(*told.values()) - later
    assert not missing


def test_figures_are_not_on_the_public_port(chatted: Switchboard) -> None:
    assert httpx.get(f"{chatted.public_url}/metrics").status_code == 404


def test_figures_hold_nothing_that_callers_said(chatted: Switchboard) -> None:
    for url in chatted.metrics_urls.values():
        figures = httpx.get(url, timeout=20).text
        for word in (NAME, PHONE, STREET, PHONE.removeprefix("0")):
            assert word not in figures
        assert len(figures.splitlines()) < 3000, "labels grow without bound"


def test_the_doctor_finds_nothing_wrong_and_its_call_is_answered(chatted: Switchboard) -> None:
    examined = subprocess.run(
        [sys.executable, "-m", "bot.cli", "doctor", "--json"],
        env={**os.environ, "CALLBOT_VAR_DIR": str(chatted.var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    findings = {each["name"]: each for each in json.loads(examined.stdout)["findings"]}
    assert not [each for each in findings.values() if each["state"] == "fault"]
    assert examined.returncode == 0
    assert findings["self-call"]["state"] != "fault"
    assert findings["database conversations"]["state"] == "ok"
    assert findings["processes"]["state"] == "ok"


def test_lines_of_a_call_carry_its_id_in_every_process(chatted: Switchboard) -> None:
    calls = "select id from conversations where channel = 'phone' order by started_at desc limit 1"
    wait_until(lambda: bool(chatted.conversations(calls)), 30)
    ((call_id,),) = chatted.conversations(calls)
    of_call = {
        "telephony0": ("call_incoming", "call_over"),
        chatted.serving_bot(): ("call_answered", "call_ended"),
    }
    for process, events in of_call.items():
        for event in events:
            wanted = re.compile(rf"event={event} call_id={call_id}\b")
            wait_until(lambda process=process, wanted=wanted: wanted.search(chatted.log(process)), 30)


def test_logs_hold_nothing_that_callers_said_and_no_secret(chatted: Switchboard) -> None:
    logs = {path.name: path.read_text(errors="replace") for path in (chatted.var_dir / "log").glob("*.log")}
    assert {"bot.log", "actions.log", "rasa.log", "telephony0.log", "backend.log", "outbox.log"} <= set(logs)
    said = " ".join(
        text for (text,) in chatted.conversations("select text from turns where speaker = 'caller'")
    )
    said += " ".join(caller for (caller,) in chatted.conversations("select caller from conversations"))
    # Numbers, and words that are long and rare enough to be somebody's own.
    personal = {NAME, PHONE, STREET, *re.findall(r"\d{4,}", said), *re.findall(r"rue [\w ]{8,}", said)}
    keys = {path.read_text().strip() for path in chatted.var_dir.glob("*.key")}
    bot = chatted.supervisor.pid(chatted.serving_bot())
    token = re.search(rb"CALLBOT_INTERNAL_TOKEN=([^\0]+)", Path(f"/proc/{bot}/environ").read_bytes())
    assert token is not None
    keys.add(token[1].decode())
    assert len(keys) > 1
    for name, log in logs.items():
        for word in personal | keys:
            assert word.casefold() not in log.casefold(), f"{name} holds something of a caller, or a key"
