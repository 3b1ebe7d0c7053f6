"""Putting a caller through: what the service is told, how long one waits, what if nobody answers."""

from dataclasses import replace

import pytest

from bot.call.commands import AskDialogue, HangUp, RequestCallback, Transfer
from bot.call.events import DtmfPressed, MediaLost, ReplyArrived, Timer, TransferEnded, TransferOutcome
from bot.call.types import ActionType, Phase, Reply
from tests.fakes.virtual_call import QUESTION, TRANSFERRED, VirtualCall, said


def test_an_accepted_transfer_ends_our_part() -> None:
    call = VirtualCall.speaking(TRANSFERRED)
    assert call.bot_is_heard() == (Transfer("voirie", TRANSFERRED.summary),)
    assert call.happens(TransferEnded("accepted")) == (HangUp("transferred"),)
    assert Timer.FILLER not in call.timers


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        *(("busy", "line busy"), ("refused", "nobody free")),
        *(("no_answer", "no answer"), ("failed", "cannot reach")),
    ],
)
def test_a_service_that_does_not_take_the_call_leads_to_a_call_back(
    outcome: TransferOutcome, sentence: str
) -> None:
    call = VirtualCall.speaking(TRANSFERRED)
    call.bot_is_heard()
    commands = call.happens(TransferEnded(outcome))
    assert said(commands) == [sentence]
    assert AskDialogue(2, '/request_callback{"service": "voirie"}') in commands
    assert call.call.phase is Phase.THINKING
    assert said(call.happens(ReplyArrived(2, QUESTION))) == [QUESTION.text]


def test_without_the_fallback_line_a_call_back_is_promised() -> None:
    call = VirtualCall.speaking(Reply("Je vous passe quelqu'un.", action=ActionType.TRANSFER))
    call.bot_is_heard()
    commands = call.happens(TransferEnded("failed"))
    assert commands[0] == RequestCallback("il y a un trou")
    assert said(commands) == ["callback goodbye"]


def test_a_service_is_told_the_last_words_when_there_is_no_summary() -> None:
    call = VirtualCall.listening()
    call.caller_says("je veux un acte de naissance")
    call.happens(ReplyArrived(1, replace(TRANSFERRED, summary="")))
    assert call.bot_is_heard() == (Transfer("voirie", "je veux un acte de naissance"),)


def test_a_pressed_key_is_no_summary() -> None:
    call = VirtualCall.listening()
    call.happens(DtmfPressed("0"), ReplyArrived(1, replace(TRANSFERRED, summary="")))
    assert call.bot_is_heard() == (Transfer("voirie", ""),)


def test_who_waits_for_a_service_is_asked_to_and_not_for_ever() -> None:
    call = VirtualCall.speaking(TRANSFERRED)
    call.bot_is_heard()
    assert [call.waits(12) for _ in range(8)] == [["wait 1"], ["wait 2"]] * 4
    assert call.waits(12) == ["no answer"]


def test_nobody_is_missed_while_being_transferred() -> None:
    call = VirtualCall.speaking(TRANSFERRED)
    call.bot_is_heard()
    assert call.happens(MediaLost()) == ()
    assert Timer.MEDIA not in call.timers
