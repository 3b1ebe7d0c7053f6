"""Another model takes over in a running callbot: new conversations go to it, those in progress stay."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from bot.learn.folder import LearnedFolder
from bot.learn.known import Example
from bot.store.learnings import LearningStore
from bot.supervise.engines import serving_file
from bot.supervise.switch import Switch, answers_a_turn, free_memory_bytes
from integrations.database import open_database
from tests.calls.conftest import Switchboard, wait_until
from tests.fakes.console_site import PASSWORD, open_accounts

ASKS_WHERE = re.compile("adresse|où", re.IGNORECASE)
pytestmark = [
    pytest.mark.sip,
    pytest.mark.rasa,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    # A first try leaves a callbot behind in which the other model serves: a second one would hide its fault.
    pytest.mark.flaky(reruns=0),
]


@contextmanager
def chat(switchboard: Switchboard) -> Iterator[ClientConnection]:
    """A visitor of the site, welcomed."""
    address = f"{switchboard.public_url.replace('http', 'ws', 1)}/chat"
    with connect(address, origin=switchboard.public_url) as socket:
        socket.send(json.dumps({"event": "hello", "version": 1, "session": "", "last_seq": 0}))
        assert _next(socket, "welcome")["mode"] == "bot"
        yield socket


def says(socket: ClientConnection, number: int, text: str) -> str:
    """Say something; return the words of what the bot answers to that."""
    socket.send(json.dumps({"event": "say", "id": f"message-{number}", "text": text}))
    while _next(socket, "message")["author"] != "visitor":
        pass
    while (message := _next(socket, "message"))["author"] != "bot":
        pass
    return str(message["text"])


def _next(socket: ClientConnection, event: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=30))
        if message["event"] == event:
            return message


def test_new_conversations_move_and_those_in_progress_stay(switchboard: Switchboard) -> None:
    var_dir = switchboard.var_dir
    file = serving_file(var_dir)
    switch = Switch(
        var_dir,
        file,
        switchboard.supervisor,
        answers_a_turn,
        free_memory_bytes,
        lambda: datetime.now(UTC),
    )
    serving = file.read()
    assert serving is not None
    old = Path(serving.active.model)
    new = Path(shutil.copy(old, var_dir / "learned-model.tar.gz"))
    with chat(switchboard) as early:
        assert ASKS_WHERE.search(says(early, 1, "il y a un lampadaire en panne"))
        moved = switch.activate(new)
        assert (moved.active.process, moved.active.model) == ("rasa2", str(new))
        wait_until(lambda: serving_now(switchboard) == "rasa2", 30)
        with chat(switchboard) as late:
            assert ASKS_WHERE.search(says(late, 1, "il y a un lampadaire en panne"))
            switchboard.control("stop", "rasa2")
            # The old engine goes on with what it knows of its own conversation.
            assert "Nationale" in says(early, 2, "au 12 rue Nationale")
            assert "Nationale" not in says(late, 2, "au 12 rue Nationale")
            switchboard.control("start", "rasa2")
            wait_until(lambda: answers_a_turn(moved.active.url), 240)
            # One step back needs no start: the old engine still runs.
            state = taken_back_by_the_button(switchboard)
            assert f"Nouvelles conversations : <code>{old.name.partition('.')[0]}</code>" in state
            assert "Conversations en cours : <code>learned-model</code>" in state
            wait_until(lambda: serving_now(switchboard) == "rasa", 30)
            with chat(switchboard) as again:
                assert ASKS_WHERE.search(says(again, 1, "il y a un lampadaire en panne"))
                # Who talks to the model that was taken back goes on with it.
                assert "Nationale" in says(late, 3, "au 12 rue Nationale")
                switchboard.control("stop", "rasa2")
                assert "Nationale" in says(again, 2, "au 12 rue Nationale")
                assert says(late, 4, "oui") != says(early, 3, "oui")


def serving_now(switchboard: Switchboard) -> str:
    """The engine that the bot that serves last said new conversations go to, "" if none took over yet."""
    said = switchboard.log(switchboard.serving_bot())
    return ["", *re.findall(r"dialogue_engine_serves process=(\w+)", said)][-1]


def taken_back_by_the_button(switchboard: Switchboard) -> str:
    """Have a supervisor take the last learning back in the console; return what the page says then."""
    database = open_database(f"sqlite:///{switchboard.var_dir / 'conversations.db'}")
    open_accounts(database)
    run = LearningStore(database).begin("said", 1, datetime.now(UTC))
    database.dispose()
    folder = LearnedFolder(switchboard.var_dir / "learned")
    folder.write_example(run, 1, Example("affirm", "c'est tout bon comme ça"))
    folder.put_in_effect([run])
    with httpx.Client(base_url=switchboard.public_url, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"login": "supervisor", "password": PASSWORD}).raise_for_status()
        page = client.get("/console/learning").text
        assert "Retirer le dernier apprentissage" in page
        client.headers["x-csrf-token"] = page.partition('"X-CSRF-Token": "')[2].partition('"')[0]
        state = client.post("/console/learning/rollback").text
        assert "Retour au modèle précédent en cours" in state
        wait_until(lambda: "en cours…" not in client.get("/console/learning/state").text, 240)
        return client.get("/console/learning/state").text
