"""How many calls one number may place."""

from __future__ import annotations

from telephony.number_rate import NumberRate


def test_one_number_calls_so_often_in_a_minute_and_others_do_not_notice() -> None:
    rate = NumberRate(2)
    assert [rate.admits("0612345678", at_s) for at_s in (0.0, 1.0, 2.0)] == [True, True, False]
    assert rate.admits("0612345679", 3.0)
    assert not rate.admits("0612345678", 59.9)
    # The calls that were refused count as well.
    assert not rate.admits("0612345678", 61.0)
    assert rate.admits("0612345678", 122.0)


def test_names_and_withheld_numbers_are_not_counted() -> None:
    rate = NumberRate(1)
    assert all(rate.admits(caller, 0.0) for caller in ("", "phone", "201", "", "phone", "201"))
    assert rate.admits("+33612345678", 0.0)
    assert not rate.admits("+33612345678", 0.0)
