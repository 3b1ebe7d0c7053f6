"""Who waits for an answer hears that it is coming, and no more than once; in virtual time."""

from bot.call.commands import AskDialogue, SayFirst
from bot.call.events import CallerStarted, CallerStopped, ReplyArrived, SpeechStarted
from bot.call.types import Phase
from tests.fakes.virtual_call import QUESTION, VirtualCall, said, spoke


def test_a_slow_answer_is_covered_and_then_said_after_the_filler() -> None:
    call = VirtualCall.thinking()
    assert call.waits(1.4) == []
    assert call.waits(0.2) == ["filler 1"]
    assert call.call.phase is Phase.THINKING
    assert call.bot_is_heard() == ()
    assert said(call.happens(ReplyArrived(1, QUESTION))) == ["Où est-ce ?"]


def test_slow_words_and_a_slow_answer_are_covered_by_one_filler() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0), CallerStopped())
    assert call.waits(1.4) == []
    assert call.waits(0.1) == ["filler 1"]
    assert call.call.phase is Phase.LISTENING
    call.bot_is_heard()
    assert call.happens(spoke("il y a un trou")) == (AskDialogue(1, "il y a un trou"),)
    assert call.waits(7.9) == []


def test_the_wait_for_an_answer_counts_from_the_end_of_the_turn() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0), CallerStopped())
    assert call.waits(1) == []
    call.happens(spoke("il y a un trou"))
    assert call.waits(0.4) == []
    assert call.waits(0.1) == ["filler 1"]


def test_an_answer_whose_sound_is_slow_to_come_is_covered() -> None:
    call = VirtualCall.thinking()
    call.waits(1)
    call.happens(ReplyArrived(1, QUESTION))
    assert call.waits(0.5) == []
    assert call.done[-1][1] == SayFirst(-call.call.say_id, "filler 1")
    assert call.call.phase is Phase.SPEAKING
    assert call.waits(0.5) == []
    call.bot_is_heard()
    assert call.call.phase is Phase.LISTENING


def test_an_answer_that_is_heard_needs_no_cover() -> None:
    call = VirtualCall.thinking()
    call.waits(1)
    call.happens(ReplyArrived(1, QUESTION), SpeechStarted(call.call.say_id + 1))
    n_done = len(call.done)
    call.waits(4)
    assert call.done[n_done:] == []


def test_nobody_who_talks_while_an_answer_waits_is_told_to_wait() -> None:
    call = VirtualCall.thinking()
    call.waits(0.5)
    call.happens(CallerStarted(0), ReplyArrived(1, QUESTION))
    assert call.waits(4) == []


def test_what_replaces_an_answer_is_covered_anew() -> None:
    call = VirtualCall.thinking()
    assert call.waits(1.5) == ["filler 1"]
    call.caller_says("devant le 12 rue de la République")
    call.happens(ReplyArrived(1, QUESTION))
    assert call.waits(1.5) == ["filler 2"]


def test_an_answer_is_covered_only_once() -> None:
    call = VirtualCall.thinking()
    assert call.waits(1.5) == ["filler 1"]
    call.happens(ReplyArrived(1, QUESTION))
    n_done = len(call.done)
    call.waits(4)
    assert call.done[n_done:] == []


def test_whoever_talks_over_an_answer_that_is_not_heard_yet_is_not_told_to_wait() -> None:
    call = VirtualCall.thinking()
    call.waits(1)
    call.happens(ReplyArrived(1, QUESTION), CallerStarted(0))
    call.waits(1)
    assert not any(isinstance(command, SayFirst) for _, command in call.done)


def test_nothing_fills_the_silence_of_a_caller_who_goes_on_or_only_coughed() -> None:
    call = VirtualCall.listening()
    call.happens(CallerStarted(0), CallerStopped(), CallerStarted(20_000))
    assert call.waits(5) == []
    call.happens(spoke(""), CallerStopped(), spoke(""))
    assert call.waits(5.9) == []
