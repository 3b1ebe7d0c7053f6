"""Charts as places and sizes for templates. Pure.

Per cent across and pixels upright, so that letters keep their size at every width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT_PX = 170
# Above the columns, for the number of the highest.
_ROOM_PX = 22
_GAP = 0.2
# As many labels of this many letters as fit under a chart on a phone.
_LETTERS = 36
# Beyond these, numbers above columns would touch each other on a phone.
_FEW = 7


@dataclass(frozen=True, slots=True)
class Column:
    """x, width: per cent. y, height: px. label: under it, "" for none. value: above it, "" for none."""

    x: float
    width: float
    y: float
    height: float
    title: str
    label: str
    value: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """A line across a chart of columns. at: px from above."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """summary: what somebody hears who does not see it. foot: px of the ground line."""

    summary: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    foot: float = float(HEIGHT_PX + _ROOM_PX)
    kind: str = "columns"


@dataclass(frozen=True, slots=True)
class Bar:
    """share: per cent of the longest. value: beside it."""

    label: str
    share: float
    value: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """The largest first, or in an order of their own; each says its name and value in words."""

    bars: Sequence[Bar]
    kind: str = "bars"


@dataclass(frozen=True, slots=True)
class Mark:
    """at: per cent across. value: the same in words."""

    at: float
    value: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One line of percentiles: what half, 95 % and 99 % of all did not exceed."""

    label: str
    half: Mark
    most: Mark
    nearly_all: Mark


@dataclass(frozen=True, slots=True)
class SpreadChart:
    """ticks: of the axis that all lines share."""

    spreads: Sequence[Spread]
    ticks: Sequence[Mark]
    kind: str = "spreads"


Chart = ColumnChart | BarChart | SpreadChart


def column_chart(values: Sequence[tuple[str, str, float]], summary: str, unit: str = "") -> ColumnChart:
    """values: of each column the label under it, what it says when pointed at, how high. unit: of heights."""
    ticks = ticks_to(max((value for *_, value in values), default=0))
    top, slot = ticks[-1], 100 / max(1, len(values))
    highest = max(range(len(values)), key=lambda at: values[at][2], default=0)
    letters = max((len(label) for label, *_ in values), default=0)
    every = -(-len(values) * (letters + 1) // _LETTERS)
    columns = []
    for at, (label, title, value) in enumerate(values):
        height = HEIGHT_PX * value / top
        columns.append(
            Column(
                x=round(slot * (at + _GAP / 2), 3),
                width=round(slot * (1 - _GAP), 3),
                y=round(HEIGHT_PX + _ROOM_PX - height, 1),
                height=round(height, 1),
                title=title,
                label=label if at % every == 0 else "",
                value=f"{whole(value)}{unit}" if value and (len(values) <= _FEW or at == highest) else "",
            )
        )
    lines = [
        Line(HEIGHT_PX + _ROOM_PX - HEIGHT_PX * tick / top, f"{whole(tick)}{unit}") for tick in ticks[1:]
    ]
    return ColumnChart(summary, columns, lines)


def bar_chart(values: Sequence[tuple[str, float, str]]) -> BarChart:
    """values: of each bar its label, how long, and what stands beside it."""
    most = max((value for _, value, _ in values), default=0) or 1
    return BarChart([Bar(label, round(100 * value / most, 2), shown) for label, value, shown in values])


def spread_chart(values: Sequence[tuple[str, tuple[float, float, float]]]) -> SpreadChart:
    """values: of each line its label and three percentiles in s, rising."""
    ticks = ticks_to(max((most for _, (*_, most) in values), default=0))
    top = ticks[-1]
    spreads = [
        Spread(label, *(Mark(round(100 * each / top, 2), seconds(each)) for each in percentiles))
        for label, percentiles in values
    ]
    return SpreadChart(spreads, [Mark(100 * tick / top, f"{decimal(tick)} s") for tick in ticks])


def ticks_to(most: float) -> list[float]:
    """Return round numbers from 0 to `most` or a little more, three to six of them; whole from 3 on."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough - 1e-12)
    if most >= 3:
        step = max(1.0, step)
    return [round(step * at, 10) for at in range(math.ceil(most / step - 1e-9) + 1)]


def whole(number: float) -> str:
    """Write it as in French: "12 345"."""
    return f"{round(number):,}".replace(",", "\u202f")


def decimal(number: float, places: int = 1) -> str:
    """Write it as in French, without a comma when nothing follows it: "3,5"."""
    return f"{number:.{places}f}".rstrip("0").rstrip(".").replace(".", ",")


def seconds(duration_s: float) -> str:
    """Write it as in French, with as many digits as mean something: "0,62"."""
    return f"{duration_s:.{2 if duration_s < 10 else 0}f}".replace(".", ",")


def share(part: float, of: float) -> str:
    """Write it as in French: "34,2 %"; "–" when there is nothing to have a share of."""
    return f"{100 * part / of:.1f}".replace(".", ",") + "\u00a0%" if of else "–"
