"""Refusing to be recorded, whatever the call is doing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.call.commands import AskDialogue, StopRecording
from bot.call.events import CallAnswered, DtmfPressed, PlaybackEnded
from bot.call.machine import step
from bot.call.state import Call
from bot.call.types import Expect, Phase
from tests.fakes.virtual_call import SCRIPT, said, spoke

RECORDED = Call(script=replace(SCRIPT, recording_refused="not recorded"), is_recorded=True)


def listening() -> Call:
    return replace(RECORDED, phase=Phase.LISTENING, last_text="what is it?", say_id=3)


@pytest.mark.parametrize(
    "words",
    [
        "je refuse l'enregistrement",
        "je ne veux pas être enregistré",
        "Non, pas d'enregistrement s'il vous plaît.",
        "arrêtez d'enregistrer",
        "je m'oppose à l'enregistrement",
        "l'enregistrement non merci",
    ],
)
def test_words_that_refuse(words: str) -> None:
    call, commands = step(listening(), spoke(words))

    assert StopRecording() in commands
    assert said(commands) == ["not recorded"]
    assert not call.is_recorded
    assert not any(isinstance(command, AskDialogue) for command in commands)


@pytest.mark.parametrize(
    "words",
    [
        "oui vous pouvez enregistrer",
        "j'ai enregistré ma demande hier",
        "il n'y a pas de lumière dans la rue",
        "est-ce que mon signalement est enregistré",
        "",
    ],
)
def test_words_that_refuse_nothing(words: str) -> None:
    call, commands = step(listening(), spoke(words))

    assert StopRecording() not in commands
    assert call.is_recorded


def test_the_key_refuses_while_the_notice_is_played_and_the_notice_is_not_cut() -> None:
    call, _ = step(RECORDED, CallAnswered("0612345678"))
    call, commands = step(call, DtmfPressed("9"))

    assert [type(command).__name__ for command in commands] == ["StopRecording", "Say"]
    call, commands = step(call, PlaybackEnded(call.say_id))
    assert said(commands) == ["how can I help"]


def test_the_key_refuses_over_a_question_and_the_rest_of_it_follows() -> None:
    call = replace(listening(), phase=Phase.SPEAKING, last_text="one. two.", played_text="one.")

    call, commands = step(call, DtmfPressed("9"))

    assert said(commands) == ["not recorded two."]


def test_a_nine_in_a_number_refuses_nothing() -> None:
    call, commands = step(replace(listening(), expect=Expect.DIGITS), DtmfPressed("9"))

    assert call.is_recorded
    assert call.keys == "9"
    assert StopRecording() not in commands


def test_without_a_recording_there_is_nothing_to_refuse() -> None:
    _, commands = step(replace(listening(), is_recorded=False), DtmfPressed("9"))

    assert any(isinstance(command, AskDialogue) for command in commands)


def test_an_answer_on_its_way_still_comes() -> None:
    call = replace(listening(), phase=Phase.THINKING, turn=4)

    call, commands = step(call, spoke("je refuse l'enregistrement"))

    assert call.phase is Phase.THINKING
    assert said(commands) == ["not recorded"]
