"""How many lines and machines a city is told to have."""

from __future__ import annotations

import pytest

from bot.sizing import Cost, Demand, erlang_b, lines_for, plan


@pytest.mark.parametrize(
    # From published tables of Erlang's first formula.
    ("lines", "erlangs", "blocked"),
    [
        (1, 0.0101, 0.01),
        (5, 1.36, 0.01),
        (10, 4.46, 0.01),
        (20, 12.03, 0.01),
        (50, 37.9, 0.01),
        (10, 7.51, 0.1),
    ],
)
def test_lines_are_counted_as_in_the_tables(lines: int, erlangs: float, blocked: float) -> None:
    assert erlang_b(erlangs, lines) == pytest.approx(blocked, rel=0.01)
    assert lines_for(erlangs * 0.999, blocked) == lines


def test_a_city_is_told_of_its_busiest_hour_with_a_machine_to_spare() -> None:
    demand = Demand(150_000)
    assert demand.calls_in_the_busiest_hour() == pytest.approx(180)
    need = plan(demand, Cost(), cores=4)
    assert erlang_b(180 * 90 / 3600, need.lines) <= 0.01 < erlang_b(180 * 90 / 3600, need.lines - 1)
    assert need.busy_cores == pytest.approx(need.lines * 18 / 90 + 180 * 0.2 * 8 * 0.108 / 3600)
    carrying = need.machines - 1
    assert need.busy_cores <= carrying * 4 * 0.5
    # One machine fails: the others still have a line for each call.
    assert need.workers // need.machines * 4 * carrying >= need.lines


def test_more_people_never_need_less() -> None:
    needs = [plan(Demand(thousand * 1000), Cost(), cores=2) for thousand in range(1, 1000, 37)]
    assert needs == sorted(needs, key=lambda need: (need.lines, need.machines))
