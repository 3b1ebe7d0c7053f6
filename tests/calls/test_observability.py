"""What the running callbot tells those who run it: every figure that is watched, and no word of callers."""

import json
import re
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
    # Told once a backup was made.
    missing = watched_names() - set.union(*told.values()) - {"callbot_last_backup_timestamp_seconds"}
    assert not missing


def test_figures_are_not_on_the_public_port(chatted: Switchboard) -> None:
    assert httpx.get(f"{chatted.public_url}/metrics").status_code == 404


def test_figures_hold_nothing_that_callers_said(chatted: Switchboard) -> None:
    for url in chatted.metrics_urls.values():
        figures = httpx.get(url, timeout=20).text
        for word in (NAME, PHONE, STREET, PHONE.removeprefix("0")):
            assert word not in figures
        assert len(figures.splitlines()) < 3000, "labels grow without bound"


def test_logs_hold_nothing_that_callers_said_and_no_secret(chatted: Switchboard) -> None:
    logs = {path.name: path.read_text(errors="replace") for path in (chatted.var_dir / "log").glob("*.log")}
    assert {"bot.log", "actions.log", "rasa.log", "telephony0.log", "backend.log", "outbox.log"} <= set(logs)
    said = " ".join(
        text for (text,) in chatted.conversations("select text from turns where speaker = 'caller'")
    )
    # Numbers, and words that are long and rare enough to be somebody's own.
    personal = {NAME, PHONE, STREET, *re.findall(r"\d{4,}", said), *re.findall(r"rue [\w ]{8,}", said)}
    keys = {path.read_text().strip() for path in chatted.var_dir.glob("*.key")}
    assert keys
    for name, log in logs.items():
        for word in personal | keys:
            assert word.casefold() not in log.casefold(), f"{name} holds something of a caller, or a key"
