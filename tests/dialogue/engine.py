"""The real dialogue engine for tests: Rasa, the action server and the NLG endpoint, on free ports."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.dialogue.rasa_rest import message_of
from bot.rasa_env.serve import serve_command, serve_environment
from bot.rasa_env.train import ensure_trained
from integrations.messages import load_messages
from tests.fakes.nlg_server import SaidNames, nlg_app, serving
from tests.fakes.ports import free_ports
from tests.fakes.sms_gateway import BODY, SmsGatewayServer, sms_gateway

ROOT = Path(__file__).resolve().parents[2]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
START_TIMEOUT_S = 600.0
POLL_S = 0.2
# A Wednesday on which every service is open: answers depend on the hour of the call.
OFFICE_HOURS = "2026-11-25 10:00:00"


@dataclass(frozen=True)
class Answer:
    """One turn of the bot: names of its sentences, its words, and the `custom` that closes it.

    procedure: code of the one that any of the sentences tells, "" for none.
    """

    names: list[str]
    text: str
    custom: Mapping[str, Any]
    buttons: list[Mapping[str, str]]
    procedure: str


@dataclass
class Engine:
    """The running processes. desk_path: the SQLite file of what was filed. sms: what callers were sent."""

    client: httpx.Client
    said: SaidNames
    desk_path: Path
    sms: SmsGatewayServer
    environment: Mapping[str, str]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def forget_reports(self) -> None:
        """Empty the desk, so that no report of another conversation is taken for the same problem."""
        with sqlite3.connect(self.desk_path, timeout=10) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                if name in ("reports", "report_people", "outbox", "callbacks", "callback_events"):
                    connection.execute(f"DELETE FROM {name}")
        connection.close()

    def conversation(self, caller: str = "+33612345678", channel: str = "voice") -> Talk:
        """Start a conversation."""
        return Talk(self, f"test-{next(self._numbers)}", caller, channel)


@dataclass
class Talk:
    """One conversation with the engine."""

    engine: Engine
    sender: str
    caller: str
    channel: str

    def say(self, text: str) -> Answer:
        """Post a turn as the bot does."""
        body = {
            "sender": self.sender,
            "message": message_of(text),
            "input_channel": self.channel,
            "metadata": {"caller": self.caller},
        }
        response = self.engine.client.post("/webhooks/rest/webhook", json=body)
        response.raise_for_status()
        elements = response.json()
        customs = [element["custom"] for element in elements if "custom" in element]
        return Answer(
            names=self.engine.said.take(self.sender),
            text=" ".join(element["text"] for element in elements if "text" in element),
            custom=customs[-1] if customs else {},
            buttons=[button for element in elements for button in element.get("buttons", [])],
            procedure=next((each["procedure"] for each in customs if each.get("procedure")), ""),
        )


def trained_model() -> Path:
    """Return the model of the present sources, trained now if need be."""
    return ensure_trained(ROOT, Path(os.environ.get("CALLBOT_VAR_DIR", ROOT / "var")), RASA_PYTHON)


@contextmanager
def running_engine(work_dir: Path) -> Iterator[Engine]:
    """Start everything, wait until it answers, and end it."""
    model = trained_model()
    nlg_port, rasa_port, actions_port, nobody_port = free_ports(4)
    said = SaidNames()
    with ExitStack() as stack:
        nlg_url = stack.enter_context(
            serving(nlg_app(load_messages(ROOT / "city" / "nimes"), said), nlg_port)
        )
        sms = stack.enter_context(sms_gateway())
        actions_url = stack.enter_context(running_actions(work_dir, actions_port, nobody_port, sms.url))
        environment = serve_environment(work_dir, actions_url=actions_url, nlg_url=f"{nlg_url}/nlg")
        (work_dir / "rasa").mkdir(parents=True, exist_ok=True)
        command = serve_command(ROOT, RASA_PYTHON, model, rasa_port)
        stack.enter_context(process(command, environment, work_dir / "rasa.log"))
        rasa_url = f"http://127.0.0.1:{rasa_port}"
        wait_for(f"{rasa_url}/webhooks/rest/", work_dir / "rasa.log")
        client = stack.enter_context(httpx.Client(base_url=rasa_url, timeout=30))
        yield Engine(client, said, work_dir / "desk.db", sms, environment)


@contextmanager
def running_actions(work_dir: Path, port: int, open311_port: int, sms_url: str) -> Iterator[str]:
    """Serve the actions with their desk in `work_dir`; the city's report system is not there to answer."""
    environment = {
        **_at(OFFICE_HOURS),
        "CALLBOT_VAR_DIR": str(work_dir),
        "CALLBOT_OPEN311_URL": f"http://127.0.0.1:{open311_port}/open311/v2/",
        "CALLBOT_SMS_URL": sms_url,
        "CALLBOT_SMS_BODY": BODY,
    }
    command = (sys.executable, "-m", "actions", "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    with process(command, environment, work_dir / "actions.log"):
        wait_for(f"{url}/health", work_dir / "actions.log")
        yield url


def _at(moment: str) -> dict[str, str]:
    """Have a process believe that it was started at a moment, French time (Debian's libfaketime)."""
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"@{moment}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "Europe/Paris",
    }


@contextmanager
def process(command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """Run a process of its own and end it."""
    with log.open("w") as output:
        child = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            child.terminate()
            child.wait(timeout=30)


def wait_for(url: str, log: Path) -> None:
    """Return once something answers at `url`. Raises TimeoutError with the end of the log."""
    end_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end_s:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.HTTPError:
            time.sleep(POLL_S)
    raise TimeoutError(f"{url} does not answer; its log ends with\n{log.read_text()[-2000:]}")
