"""Keys: menus, numbers, a person anywhere, and keys mixed with words."""

import pytest

from bot.call.commands import AskDialogue, StopSaying
from bot.call.events import CallerStarted, CallerStopped, DtmfPressed
from bot.call.types import Expect, Reply
from tests.fakes.virtual_call import VirtualCall, said, spoke


def asked(expect: Expect) -> VirtualCall:
    """A caller who has heard a question."""
    call = VirtualCall.speaking(Reply("?", expect=expect))
    call.bot_is_heard()
    return call


def press(call: VirtualCall, keys: str) -> tuple[object, ...]:
    return call.happens(*(DtmfPressed(key) for key in keys))


@pytest.mark.parametrize(
    ("expect", "digit", "text"),
    [
        (Expect.OPEN, "0", "/talk_to_agent"),
        (Expect.OPEN, "1", "/report_problem"),
        (Expect.OPEN, "2", "/ask_procedure"),
        (Expect.OPEN, "3", "/ask_opening_hours"),
        (Expect.OPEN, "9", "/help"),
        (Expect.OPEN, "*", "/repeat"),
        (Expect.YES_NO, "1", "/affirm"),
        (Expect.YES_NO, "2", "/deny"),
        (Expect.YES_NO, "0", "/talk_to_agent"),
    ],
)
def test_a_key_means_what_was_asked_and_stops_the_bot(expect: Expect, digit: str, text: str) -> None:
    call = VirtualCall.speaking(Reply("?", expect=expect))
    assert press(call, digit) == (StopSaying(), AskDialogue(2, text))


def test_digits_are_gathered_until_the_hash() -> None:
    assert press(asked(Expect.REFERENCE), "26#") == (AskDialogue(2, "26"),)


def test_digits_are_gathered_until_a_pause() -> None:
    call = asked(Expect.REFERENCE)
    press(call, "26")
    call.waits(2.9)
    press(call, "0")
    call.waits(3)
    assert call.done[-1][1] == AskDialogue(2, "260")


def test_a_whole_phone_number_needs_no_hash() -> None:
    assert press(asked(Expect.DIGITS), "0612345678") == (AskDialogue(2, "0612345678"),)


def test_the_star_forgets_what_was_typed() -> None:
    assert press(asked(Expect.REFERENCE), "99*26#") == (AskDialogue(2, "26"),)


def test_a_hash_alone_is_no_number() -> None:
    call = asked(Expect.REFERENCE)
    assert press(call, "#") == ()
    assert call.waits(6) == ["no input 1"]


def test_zero_alone_asks_for_a_person_even_while_digits_are_expected() -> None:
    call = asked(Expect.DIGITS)
    press(call, "0")
    call.waits(3)
    assert call.done[-1][1] == AskDialogue(2, "/talk_to_agent")


def test_zero_is_kept_while_the_notice_is_said() -> None:
    call = VirtualCall()
    assert press(call, "0") == ()
    assert call.bot_is_heard() == (AskDialogue(1, "/talk_to_agent"),)


def test_zero_is_kept_while_a_promise_is_said() -> None:
    call = VirtualCall.speaking(Reply("Votre référence est 26 12.", barge_in=False))
    assert press(call, "0") == ()
    assert call.bot_is_heard() == (AskDialogue(2, "/talk_to_agent"),)


def test_words_about_the_keys_do_not_spoil_the_number() -> None:
    call = asked(Expect.DIGITS)
    call.happens(CallerStarted(0))
    press(call, "06")
    assert call.happens(CallerStopped(), spoke("attendez je tape")) == ()
    assert press(call, "12345678") == (AskDialogue(2, "0612345678"),)


def test_nothing_fills_the_silence_between_two_keys() -> None:
    call = asked(Expect.DIGITS)
    call.happens(CallerStarted(0), CallerStopped())
    press(call, "06")
    assert call.waits(2.9) == []
    call.happens(CallerStarted(0), CallerStopped())
    press(call, "12")
    assert call.waits(2.9) == []


def test_a_number_begun_in_words_is_finished_by_hand() -> None:
    call = asked(Expect.DIGITS)
    call.happens(CallerStarted(0))
    press(call, "34")
    call.happens(CallerStopped(), spoke("c'est le 06 12"))
    assert press(call, "5678#") == (AskDialogue(2, "c'est le 06 12 345678"),)


def test_words_alone_after_a_number_are_a_turn_of_their_own() -> None:
    call = asked(Expect.REFERENCE)
    press(call, "2604127#")
    assert said(call.caller_says("voilà")) == []
    assert call.call.early_text == "voilà"
