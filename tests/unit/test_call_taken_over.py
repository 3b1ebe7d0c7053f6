"""Somebody of the city takes a call over: what the caller hears, what is heard to its end."""

from dataclasses import replace

import pytest

from bot.call.commands import HangUp, ListenFor, Say, StopSaying, Transfer, TransferToAgent
from bot.call.events import (
    AgentTookOver,
    CallerStarted,
    CallerStopped,
    DialogueFailed,
    DtmfPressed,
    EmergencyHeard,
    HungUp,
    ReplyArrived,
    Timer,
    TransferEnded,
    TransferOutcome,
)
from bot.call.types import ActionType, Expect, Phase, Reply
from tests.fakes.virtual_call import QUESTION, TRANSFERRED, VirtualCall, said, spoke

TAKEN = AgentTookOver("4217")
COMES = "agent comes"
# The question stands: the ears are told so.
STILL_AN_ADDRESS = ListenFor(Expect.ADDRESS, near="il y a un trou")
PROMISE = Reply("Noté, numéro 26 0412 7.", expect=Expect.OPEN, barge_in=False)


def taken_while_listening() -> VirtualCall:
    call = VirtualCall.speaking(QUESTION)
    call.bot_is_heard()
    call.happens(TAKEN)
    return call


def test_a_call_that_listens_is_announced_and_put_through_at_once() -> None:
    call = VirtualCall.speaking(QUESTION)
    call.bot_is_heard()
    say_id = call.call.say_id + 1
    assert call.happens(TAKEN) == (StopSaying(), STILL_AN_ADDRESS, Say(say_id, COMES))
    assert Timer.NO_INPUT not in call.timers
    assert call.bot_is_heard() == (TransferToAgent("4217", "il y a un trou"),)
    assert call.call.phase is Phase.TRANSFERRING
    assert call.happens(TransferEnded("accepted")) == (HangUp("transferred"),)
    assert call.call.phase is Phase.ENDED


def test_a_question_that_is_being_said_is_cut_short() -> None:
    call = VirtualCall.speaking(QUESTION)
    assert said(call.happens(TAKEN)) == [COMES]
    assert call.bot_is_heard() == (TransferToAgent("4217", "il y a un trou"),)


def test_the_notice_that_a_machine_answers_is_said_first() -> None:
    call = VirtualCall()
    assert call.happens(TAKEN) == ()
    assert said(call.bot_is_heard()) == [COMES]
    assert call.bot_is_heard() == (TransferToAgent("4217", ""),)


def test_a_promise_is_heard_to_its_end() -> None:
    call = VirtualCall.speaking(PROMISE)
    assert call.happens(TAKEN) == ()
    assert said(call.bot_is_heard()) == [COMES]


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        (QUESTION, COMES),
        (PROMISE, f"{PROMISE.text} {COMES}"),
        (Reply("Au revoir.", action=ActionType.HANGUP), f"Au revoir. {COMES}"),
        (TRANSFERRED, f"{TRANSFERRED.text} {COMES}"),
    ],
)
def test_an_answer_under_way_is_waited_for_and_only_a_promise_is_said(reply: Reply, heard: str) -> None:
    call = VirtualCall.thinking()
    assert call.happens(TAKEN) == ()
    commands = call.happens(ReplyArrived(1, reply))
    assert said(commands) == [heard]
    # Whom to call in danger may be on the line before it.
    assert StopSaying() not in commands
    assert call.bot_is_heard() == (TransferToAgent("4217", "il y a un trou"),)


def test_an_answer_that_never_comes_keeps_nobody_waiting() -> None:
    call = VirtualCall.thinking()
    call.happens(TAKEN)
    assert said(call.happens(DialogueFailed(1))) == [COMES]
    call = VirtualCall.thinking()
    call.happens(TAKEN)
    assert call.waits(8) == ["filler 1", COMES]
    assert Timer.DIALOGUE not in call.timers


@pytest.mark.parametrize("outcome", ["busy", "refused", "no_answer", "failed"])
def test_when_the_colleague_does_not_answer_the_machine_goes_on_where_it_was(
    outcome: TransferOutcome,
) -> None:
    call = taken_while_listening()
    call.bot_is_heard()
    say_id = call.call.say_id + 1
    commands = call.happens(TransferEnded(outcome))
    assert commands == (STILL_AN_ADDRESS, Say(say_id, f"agent not there {QUESTION.text}"))
    assert Timer.FILLER not in call.timers
    call.bot_is_heard()
    assert call.call.phase is Phase.LISTENING
    # The call can be taken again, by a colleague who is at their desk.
    assert said(call.happens(AgentTookOver("4218"))) == [COMES]
    assert call.bot_is_heard() == (TransferToAgent("4218", "il y a un trou"),)


def test_the_question_that_was_dropped_is_asked_after_all() -> None:
    call = VirtualCall.thinking()
    call.happens(TAKEN, ReplyArrived(1, QUESTION))
    call.bot_is_heard()
    commands = call.happens(TransferEnded("busy"))
    assert said(commands) == [f"agent not there {QUESTION.text}"]
    assert call.call.expect is Expect.ADDRESS


def test_after_the_greeting_there_was_no_question_yet() -> None:
    call = VirtualCall()
    call.happens(TAKEN)
    call.bot_is_heard()
    call.bot_is_heard()
    assert said(call.happens(TransferEnded("no_answer"))) == ["agent not there how can I help"]


def test_words_said_meanwhile_are_answered_when_the_machine_is_back() -> None:
    call = taken_while_listening()
    call.caller_says("au douze rue de la république")
    call.bot_is_heard()
    call.happens(TransferEnded("busy"))
    (asked,) = (command for command in call.bot_is_heard() if not isinstance(command, ListenFor))
    assert getattr(asked, "text", "") == "au douze rue de la république"


def test_whoever_waits_for_a_colleague_is_asked_to_and_not_for_ever() -> None:
    call = taken_while_listening()
    call.bot_is_heard()
    assert [call.waits(12) for _ in range(8)] == [["agent wait 1"], ["agent wait 2"]] * 4
    assert call.waits(12) == [f"agent not there {QUESTION.text}"]


def test_a_danger_is_warned_of_before_the_colleague_comes() -> None:
    call = taken_while_listening()
    assert said(call.happens(EmergencyHeard("fire", "call 18"))) == ["call 18"]
    assert said(call.bot_is_heard()) == [COMES]
    assert call.bot_is_heard() == (TransferToAgent("4217", "il y a un trou"),)


def test_the_first_who_asks_gets_the_call() -> None:
    call = VirtualCall.speaking(PROMISE)
    call.happens(TAKEN, AgentTookOver("4218"))
    call.bot_is_heard()
    assert call.happens(AgentTookOver("4219")) == ()
    assert call.bot_is_heard() == (TransferToAgent("4217", "il y a un trou"),)
    assert call.happens(AgentTookOver("4220")) == ()


def test_a_line_that_is_being_tried_is_left_alone() -> None:
    call = VirtualCall.speaking(TRANSFERRED)
    assert call.bot_is_heard() == (Transfer("voirie", TRANSFERRED.summary),)
    assert call.happens(TAKEN) == ()
    assert call.happens(TransferEnded("accepted")) == (HangUp("transferred"),)


def test_keys_gathered_so_far_are_forgotten() -> None:
    call = VirtualCall.speaking(replace(QUESTION, expect=Expect.DIGITS))
    call.bot_is_heard()
    call.happens(DtmfPressed("0"), DtmfPressed("6"), TAKEN)
    assert Timer.KEYS not in call.timers
    call.bot_is_heard()
    call.happens(TransferEnded("busy"))
    call.bot_is_heard()
    call.happens(CallerStarted(0), CallerStopped(), spoke("zéro six"))
    assert call.call.phase is Phase.THINKING


def test_a_call_that_is_over_cannot_be_taken() -> None:
    call = VirtualCall.listening()
    call.happens(HungUp("caller"))
    assert call.happens(TAKEN) == ()
