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

import pytest
from websockets.sync.client import ClientConnection, connect

from bot.supervise.control import Supervisor
from bot.supervise.engines import serving_file
from bot.supervise.switch import Switch, answers_a_turn, free_memory_bytes
from tests.calls.conftest import Switchboard, wait_until

ASKS_WHERE = re.compile("adresse|où", re.IGNORECASE)
pytestmark = [pytest.mark.sip, pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(600)]


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
        Supervisor(var_dir / "run" / "supervisord.sock"),
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
        wait_until(lambda: switchboard.log("bot").count("dialogue_engine_serves process=rasa2") == 1, 30)
        with chat(switchboard) as late:
            assert ASKS_WHERE.search(says(late, 1, "il y a un lampadaire en panne"))
            switchboard.control("stop", "rasa2")
            # The old engine goes on with what it knows of its own conversation.
            assert "Nationale" in says(early, 2, "au 12 rue Nationale")
            assert "Nationale" not in says(late, 2, "au 12 rue Nationale")
        # One step back needs no start: the old engine still runs.
        assert switch.activate(old).active.process == "rasa"
        wait_until(lambda: switchboard.health().status_code == 200, 60)
        with chat(switchboard) as again:
            assert ASKS_WHERE.search(says(again, 1, "il y a un lampadaire en panne"))
