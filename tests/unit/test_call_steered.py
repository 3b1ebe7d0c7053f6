"""A call that is greeted with more, passed on, or asked at its end whether it helped."""

from __future__ import annotations

from dataclasses import replace

from bot.call.commands import HangUp, RecordRating, Transfer
from bot.call.events import (
    CallAnswered,
    CallerStarted,
    DtmfPressed,
    EmergencyHeard,
    PlaybackEnded,
    ReplyArrived,
    SynthesisFailed,
    TransferEnded,
)
from bot.call.machine import step
from bot.call.state import Call
from bot.call.types import ActionType, Phase, Reply
from tests.fakes.virtual_call import SCRIPT, VirtualCall, said

GOODBYE = Reply("Au revoir.", action=ActionType.HANGUP)
RATED = replace(SCRIPT, rating="rate it")


def begun(call: Call) -> VirtualCall:
    """A call of ours, in place of the usual one."""
    virtual = VirtualCall()
    virtual.call, virtual.done, virtual.timers = call, [], {}
    virtual.happens(CallAnswered("0612345678"))
    return virtual


def saying_goodbye() -> VirtualCall:
    virtual = begun(Call(script=RATED))
    virtual.bot_is_heard()
    virtual.bot_is_heard()
    virtual.caller_says("merci beaucoup au revoir")
    virtual.happens(ReplyArrived(virtual.call.turn, GOODBYE))
    return virtual


def asked_to_rate() -> VirtualCall:
    virtual = saying_goodbye()
    assert said(virtual.bot_is_heard()) == ["rate it"]
    assert virtual.call.phase is Phase.RATING
    return virtual


def test_the_emergency_comes_first_and_the_announcement_after_the_greeting() -> None:
    script = replace(SCRIPT, banner="flood", announcement="no market")
    virtual = begun(Call(script=script))
    assert virtual.said() == ["flood opening"]
    assert virtual.call.phase is Phase.GREETING
    assert said(virtual.bot_is_heard()) == ["no market how can I help"]


def test_whoever_spoke_over_the_greeting_is_not_made_to_wait_for_the_announcement() -> None:
    virtual = begun(Call(script=replace(SCRIPT, announcement="no market")))
    virtual.caller_says("il y a un trou dans ma rue")
    virtual.bot_is_heard()
    assert virtual.call.phase is Phase.THINKING


def test_a_call_that_is_not_for_the_machine_goes_to_the_fallback_line() -> None:
    virtual = begun(Call(script=replace(SCRIPT, banner="flood"), is_passed_on=True))
    assert virtual.said() == ["flood pass on"]
    assert virtual.bot_is_heard() == (Transfer("", ""),)
    assert virtual.happens(TransferEnded("accepted")) == (HangUp("passed_on"),)


def test_the_machine_answers_when_nobody_else_does() -> None:
    virtual = begun(Call(script=SCRIPT, is_passed_on=True))
    virtual.bot_is_heard()
    assert said(virtual.happens(TransferEnded("no_answer"))) == ["opening"]
    assert virtual.call.phase is Phase.GREETING
    assert said(virtual.bot_is_heard()) == ["how can I help"]


def test_one_key_says_that_it_helped() -> None:
    virtual = asked_to_rate()
    commands = virtual.happens(DtmfPressed("1"))
    assert RecordRating(is_satisfied=True) in commands
    assert said(commands) == ["rating thanks"]
    assert virtual.bot_is_heard() == (HangUp("goodbye"),)


def test_another_key_says_that_it_did_not() -> None:
    virtual = asked_to_rate()
    virtual.bot_is_heard()
    assert RecordRating(is_satisfied=False) in virtual.happens(DtmfPressed("2"))


def test_who_says_nothing_is_hung_up_on_after_a_while() -> None:
    virtual = asked_to_rate()
    virtual.bot_is_heard()
    virtual.waits(virtual.call.patience.rating_s)
    assert virtual.done[-1][1] == HangUp("goodbye")


def test_a_goodbye_said_back_ends_the_call() -> None:
    virtual = asked_to_rate()
    virtual.bot_is_heard()
    assert HangUp("goodbye") in virtual.caller_says("au revoir")


def test_who_begins_to_speak_is_not_hung_up_on() -> None:
    virtual = asked_to_rate()
    virtual.bot_is_heard()
    virtual.happens(CallerStarted(0))
    virtual.waits(virtual.call.patience.rating_s)
    assert virtual.call.phase is Phase.RATING


def test_one_more_wish_goes_on_with_the_conversation() -> None:
    virtual = asked_to_rate()
    virtual.bot_is_heard()
    virtual.caller_says("ah et je voudrais aussi les horaires")
    assert virtual.call.phase is Phase.THINKING
    virtual.happens(ReplyArrived(virtual.call.turn, GOODBYE))
    assert said(virtual.bot_is_heard()) == ["rate it"]


def test_a_person_can_still_be_asked_for() -> None:
    virtual = asked_to_rate()
    virtual.happens(DtmfPressed("0"))
    assert (virtual.call.phase, virtual.call.last_heard) == (Phase.THINKING, "/talk_to_agent")


def test_who_spoke_of_a_danger_is_not_asked() -> None:
    virtual = saying_goodbye()
    call = replace(virtual.call, emergencies=frozenset({"fire"}), phase=Phase.THINKING)
    call, _ = step(call, ReplyArrived(call.turn, GOODBYE))
    _, commands = step(call, PlaybackEnded(call.say_id))
    assert HangUp("goodbye") in commands


def test_a_danger_told_at_the_end_is_heard() -> None:
    virtual = asked_to_rate()
    assert said(virtual.happens(EmergencyHeard("fire", "Appelez le 18."))) == ["Appelez le 18."]
    assert virtual.call.phase is Phase.SPEAKING


def test_a_question_without_a_voice_ends_the_call() -> None:
    virtual = asked_to_rate()
    assert HangUp("goodbye") in virtual.happens(SynthesisFailed(virtual.call.say_id))


def test_goodbyes_of_the_machine_itself_are_not_followed_by_the_question() -> None:
    virtual = begun(Call(script=RATED))
    virtual.bot_is_heard()
    virtual.bot_is_heard()
    virtual.waits(6.0)
    virtual.bot_is_heard()
    virtual.waits(6.0)
    virtual.bot_is_heard()
    virtual.waits(6.0)
    assert virtual.said()[-1] == "no input goodbye"
    assert virtual.bot_is_heard()[-1] == HangUp("goodbye")
