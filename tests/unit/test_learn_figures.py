"""Figures of a model before and after a learning: what makes it worse, and what does not."""

from __future__ import annotations

from dataclasses import replace

from bot.learn.figures import EMERGENCY, Case, Measured, compared, is_worse
from bot.learn.played import Played
from tests.fakes.learning import understood


def test_a_conversation_is_right_when_the_bot_does_and_files_what_it_should() -> None:
    right = Played(
        "1",
        (("utter_greet",), ("report_form", "utter_ask")),
        (("utter_greet",), ("report_form", "utter_ask")),
    )
    assert (right.is_right, right.fault) == (True, "")
    other = replace(right, done=(("utter_greet",), ("report_form",)))
    assert (other.is_right, other.fault) == (False, "tour 2 : rien au lieu de utter_ask")
    assert replace(right, filed_alike=False).fault == "autre chose est enregistré"
    base = Measured([understood("affirm", "affirm")], (), (), (), (), [right])
    worse = compared(base, replace(base, conversations=[other]))
    assert [figure.name for figure in worse if figure.is_worse] == ["conversations"]
    assert worse[-1].cases == (Case("1", "", other.fault),)


def test_small_losses_are_tolerated_but_no_emergency() -> None:
    right = [understood("affirm", "affirm")] * 400
    one_wrong = [*right[:-1], understood("affirm", "deny")]
    danger = [understood(EMERGENCY, EMERGENCY)]
    missed = [understood(EMERGENCY, "inform")]
    base = Measured(right, right[:0], right[:0], danger, (), ())
    assert not is_worse(compared(base, replace(base, turns=one_wrong)))
    assert is_worse(compared(base, replace(base, turns=[*right[:-3], *one_wrong[-1:] * 3])))
    worse = compared(base, replace(base, dangers=missed))
    assert [figure.name for figure in worse if figure.is_worse] == ["dangers_missed"]
    assert not is_worse(compared(replace(base, dangers=missed), base))
