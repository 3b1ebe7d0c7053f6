"""Whole conversations with the real Rasa and the real actions."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.engine import Engine, Talk
from tests.dialogue.script import Conversation, load_conversations

CONVERSATIONS = load_conversations(Path(__file__).parent / "conversations")

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("script", CONVERSATIONS, ids=lambda script: script.name)
def test_conversation(engine: Engine, script: Conversation) -> None:
    engine.forget_reports()
    talk = engine.conversation(script.caller, script.channel)
    previous = ""
    for turn in script.turns:
        answer = talk.say(turn.user)
        assert answer.names == list(turn.bot), f"to « {turn.user} » the bot said « {answer.text} »"
        for words in turn.says:
            assert words.casefold() in answer.text.casefold(), answer.text
        if turn.expect is not None:
            assert answer.custom["expect"] == turn.expect
        if turn.action is not None:
            assert answer.custom["action"]["type"] == turn.action
        assert answer.text != previous or not answer.text, "the same words twice in a row"
        previous = answer.text
    _check_rows(rows(engine, "reports", talk), script.filed)
    _check_rows(rows(engine, "callbacks", talk), script.callbacks)


def rows(engine: Engine, table: str, talk: Talk) -> list[dict[str, Any]]:
    """What the desk holds of one conversation, as another process sees it."""
    with sqlite3.connect(f"file:{engine.desk_path}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(
            f"SELECT * FROM {table} WHERE conversation_id = ? ORDER BY requested_at", (talk.sender,)
        ).fetchall()
    connection.close()
    return [dict(row) for row in found]


def _check_rows(found: list[dict[str, Any]], expected: tuple[dict[str, Any], ...]) -> None:
    assert [{key: row[key] for key in wanted} for row, wanted in zip(found, expected, strict=True)] == list(
        expected
    )
