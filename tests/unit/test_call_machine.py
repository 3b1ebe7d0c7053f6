"""The call's decisions, told as timelines: what happens, what is asked of the world."""

from dataclasses import replace

import pytest

from bot.call.commands import (
    AskDialogue,
    HangUp,
    ListenFor,
    RequestCallback,
    Say,
    StopSaying,
    TellDialogue,
    Transfer,
)
from bot.call.events import (
    CallAnswered,
    CallerStarted,
    CallerStopped,
    CallerWentOn,
    ClausePlayed,
    DialogueFailed,
    DtmfPressed,
    EmergencyHeard,
    Event,
    HungUp,
    MediaBack,
    MediaLost,
    PlaybackEnded,
    RecognitionFailed,
    ReplyArrived,
    SpeechSent,
    SpeechStarted,
    SynthesisFailed,
    Timer,
    TimerFired,
    TransferEnded,
)
from bot.call.machine import step
from bot.call.state import Call
from bot.call.types import ActionType, Delivery, Expect, GainWish, Phase, RateWish, Reply, VoiceWish
from tests.fakes.virtual_call import QUESTION, SCRIPT, VirtualCall, partly, said, spoke


def test_the_opening_says_what_it_is_then_asks() -> None:
    call = VirtualCall()
    assert call.call.phase is Phase.GREETING
    assert said(call.bot_is_heard()) == ["how can I help"]
    assert call.bot_is_heard() == ()
    assert call.call.phase is Phase.LISTENING


def test_the_notice_is_not_interruptible_but_what_is_said_over_it_is_not_lost() -> None:
    call = VirtualCall()
    assert call.caller_says("bonjour il y a un trou") == ()
    assert AskDialogue(1, "bonjour il y a un trou") in call.bot_is_heard()


def test_the_echo_of_the_notice_is_nobodys_turn() -> None:
    call = VirtualCall()
    call.call = replace(call.call, script=replace(SCRIPT, opening="Bonjour, vous êtes bien à la mairie."))
    call.caller_says("vous êtes bien à la mairie")
    assert said(call.bot_is_heard()) == ["how can I help"]


def test_a_reply_is_said_and_its_expectation_reaches_the_ears() -> None:
    call = VirtualCall.thinking()
    reply = replace(QUESTION, hints=("rue Nationale",))
    assert call.happens(ReplyArrived(1, reply)) == (
        ListenFor(Expect.ADDRESS, ("rue Nationale",)),
        Say(3, "Où est-ce ?"),
    )


def test_what_was_not_understood_guides_the_ears_when_the_place_is_asked_again() -> None:
    call = VirtualCall.speaking()
    call.bot_is_heard()
    call.caller_says("av'n'y faire cher")
    commands = call.happens(ReplyArrived(2, Reply("Redites la rue.", expect=Expect.ADDRESS)))
    assert ListenFor(Expect.ADDRESS, near="av'n'y faire cher") in commands


def test_a_reply_to_an_older_turn_is_dropped() -> None:
    assert VirtualCall.thinking().happens(ReplyArrived(0, QUESTION)) == ()


def test_one_noise_is_ignored_and_the_second_is_asked_about_in_turn() -> None:
    call = VirtualCall.listening()
    assert call.caller_says("") == ()
    first = said(call.caller_says(""))
    call.bot_is_heard()
    second = said(call.caller_says(""))
    assert [first, second] == [["not heard 1"], ["not heard 2"]]


def test_words_forgive_earlier_silences() -> None:
    call = VirtualCall.listening()
    call.waits(6)
    call.bot_is_heard()
    call.caller_says("il y a un trou")
    assert call.call.silences == 0


def test_two_failures_in_a_row_try_a_person_then_promise_a_callback() -> None:
    call = VirtualCall.thinking()
    assert said(call.happens(DialogueFailed(1))) == ["apology"]
    call.bot_is_heard()
    call.caller_says("un trou rue de la République")
    assert said(call.happens(DialogueFailed(2))) == ["apology goodbye"]
    heard = "un trou rue de la République"
    assert call.bot_is_heard() == (Transfer("", heard),)
    commands = call.happens(TransferEnded("failed"))
    assert commands[0] == RequestCallback(heard)
    assert said(commands) == ["callback goodbye"]
    assert call.bot_is_heard() == (HangUp("goodbye"),)


def test_a_withheld_number_cannot_be_called_back() -> None:
    call = VirtualCall.listening(caller="")
    call.happens(DtmfPressed("0"), ReplyArrived(1, Reply("", action=ActionType.TRANSFER)))
    call.bot_is_heard()
    assert said(call.happens(TransferEnded("failed"))) == ["transfer failed"]


def test_going_on_talking_replaces_the_answer_to_half_a_sentence() -> None:
    call = VirtualCall.thinking()
    call.caller_says("devant le 12 rue de la République")
    commands = call.happens(ReplyArrived(1, QUESTION))
    assert AskDialogue(2, "devant le 12 rue de la République") in commands
    assert said(commands) == []


def test_a_second_yes_does_not_answer_a_question_that_was_not_heard_yet() -> None:
    call = VirtualCall.listening()
    call.caller_says("oui d'accord")
    call.caller_says("Oui, d'accord.")
    assert said(call.happens(ReplyArrived(1, QUESTION))) == ["Où est-ce ?"]
    call.bot_is_heard()
    assert call.call.phase is Phase.LISTENING


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("non c'est pas ça", "oui"),
        ("je veux un agent", "je ne veux pas un agent"),
        ("le lampadaire est cassé", "oui"),
        ("oui", "non"),
    ],
)
def test_words_that_say_something_else_are_asked(first: str, then: str) -> None:
    call = VirtualCall.listening()
    call.caller_says(first)
    call.caller_says(then)
    assert AskDialogue(2, then) in call.happens(ReplyArrived(1, QUESTION))


def test_a_second_yes_still_being_said_does_not_replace_the_reply() -> None:
    call = VirtualCall.listening()
    call.caller_says("oui")
    call.happens(CallerStarted(0), ReplyArrived(1, QUESTION))
    assert said(call.happens(CallerStopped(), spoke("d'accord"))) == ["Où est-ce ?"]


def test_a_turn_that_goes_on_before_it_was_understood_is_asked_once() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0), CallerStopped(), CallerStarted(30_000))
    assert call.happens(spoke("il y a un trou")) == ()
    assert call.happens(CallerStopped(), spoke("rue Nationale")) == (
        AskDialogue(1, "il y a un trou rue Nationale"),
    )


def test_a_reply_waits_while_the_caller_talks() -> None:
    call = VirtualCall.thinking()
    call.happens(CallerStarted(0))
    assert said(call.happens(ReplyArrived(1, QUESTION))) == []
    assert said(call.happens(spoke(""))) == ["Où est-ce ?"]


def test_a_promise_is_said_even_if_the_caller_went_on_talking() -> None:
    call = VirtualCall.thinking()
    call.caller_says("et aussi un lampadaire")
    reference = Reply("Votre référence est 26 12.", barge_in=False)
    assert said(call.happens(ReplyArrived(1, reference))) == ["Votre référence est 26 12."]
    assert AskDialogue(2, "et aussi un lampadaire") in call.bot_is_heard()


def test_a_wish_for_the_voice_holds_for_the_rest_of_the_call() -> None:
    call = VirtualCall.thinking()
    slower = Reply("Je disais : où est-ce ?", voice=VoiceWish(RateWish.SLOWER, GainWish.LOUDER))
    call.happens(ReplyArrived(1, slower))
    call.bot_is_heard()
    call.waits(6)
    wished = Delivery(0.85, 5.0)
    deliveries = [command.delivery for _, command in call.done if isinstance(command, Say)]
    assert deliveries == [Delivery(), Delivery(), wished, wished]


def test_a_wish_has_its_limits() -> None:
    call = VirtualCall.thinking()
    for turn in range(1, 6):
        call.happens(ReplyArrived(turn, Reply("?", voice=VoiceWish(RateWish.SLOWER))))
        call.bot_is_heard()
        call.caller_says("plus lentement")
    assert call.call.delivery == Delivery(0.75, 0.0)


FIRE = EmergencyHeard("fire", "Appelez le 18.")


def test_danger_stops_everything_and_the_callers_words_are_answered_afterwards() -> None:
    call = VirtualCall.speaking()
    call.happens(CallerStarted(0))
    commands = call.happens(FIRE)
    assert commands[0] == StopSaying()
    assert said(commands) == ["Appelez le 18."]
    assert call.happens(CallerStarted(0)) == ()
    assert call.happens(spoke("il y a le feu dans la cuisine")) == ()
    assert AskDialogue(2, "il y a le feu dans la cuisine") in call.bot_is_heard()


def test_the_notice_of_a_danger_is_said_once() -> None:
    call = VirtualCall.listening()
    call.happens(FIRE)
    assert call.happens(FIRE) == ()
    assert said(call.happens(EmergencyHeard("gas", "Sortez."))) == ["Sortez."]


def test_danger_heard_while_thinking_does_not_lose_the_answer() -> None:
    call = VirtualCall.thinking()
    assert said(call.happens(FIRE)) == ["Appelez le 18."]
    assert said(call.happens(ReplyArrived(1, QUESTION))) == ["Où est-ce ?"]


def test_hanging_up_stops_everything_and_tells_the_dialogue() -> None:
    call = VirtualCall.speaking()
    assert call.happens(HungUp("caller")) == (StopSaying(), TellDialogue("/hang_up"))
    assert call.timers == {}
    assert call.call.phase is Phase.ENDED


def test_a_call_in_which_nothing_was_asked_leaves_no_trace_in_the_dialogue() -> None:
    assert not any(isinstance(command, TellDialogue) for command in VirtualCall().happens(HungUp("caller")))


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_takes_every_event(phase: Phase) -> None:
    events: list[Event] = [
        CallAnswered(""),
        CallerStarted(0),
        CallerWentOn(700),
        CallerStopped(),
        spoke("oui"),
        spoke(""),
        partly("ou"),
        EmergencyHeard("fire", "Appelez le 18."),
        RecognitionFailed(),
        DtmfPressed("5"),
        ReplyArrived(0, QUESTION),
        DialogueFailed(0),
        SpeechStarted(0),
        SpeechSent(0, 1.0),
        ClausePlayed(0, "?"),
        PlaybackEnded(0),
        SynthesisFailed(0),
        MediaLost(),
        MediaBack(),
        TransferEnded("failed"),
        HungUp("line"),
        *(TimerFired(timer) for timer in Timer),
    ]
    for event in events:
        call, _ = step(replace(Call(script=SCRIPT), phase=phase), event)
        assert isinstance(call, Call)
