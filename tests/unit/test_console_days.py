"""Days in forms, and the moments at which they begin and end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.console.days import begins, ends, read_day

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("text", ["", "hier", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_or_has_no_moment_is_none(text: str) -> None:
    assert read_day(text) is None


def test_a_day_is_the_citys_also_when_the_clocks_change() -> None:
    day = read_day(" 2026-03-29 ")
    assert day == date(2026, 3, 29)
    assert begins(day, PARIS) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert ends(day, PARIS) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_no_day_has_no_moments() -> None:
    assert begins(None, PARIS) is None
    assert ends(None, PARIS) is None
