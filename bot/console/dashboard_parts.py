"""What a part of the dashboard is made of: a chart, and the table behind it, which is its file, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.console.charts import Chart, whole

Cell = str | int | float | date


@dataclass(frozen=True, slots=True)
class Table:
    """header: with units. rows: a word or day first, then numbers; "" for what is not known."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that is read at a glance. detail: what it is a share of."""

    title: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Part:
    """name: in addresses, plain ASCII. told: what the figures mean; terms: what each word of it does.

    chart: None when there is nothing to show; then `nothing` says why.
    """

    name: str
    title: str
    told: str
    chart: Chart | None
    table: Table
    terms: Mapping[str, str] | None = None
    nothing: str = "Rien sur cette période."


def shown(cell: Cell) -> str:
    """A cell as it is read in French."""
    match cell:
        case bool() | str():
            return str(cell)
        case int():
            return whole(cell)
        case float():
            return f"{cell:.1f}".replace(".", ",")
        case date():
            return cell.strftime("%d/%m/%Y")


def percent(part: float, of: float) -> Cell:
    """A share for a table, with one digit behind the comma; "" when there is nothing to have a share of."""
    return round(100 * part / of, 1) if of else ""


def ranked(items: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first; of the same frequency in the order of their names."""
    return sorted(items.items(), key=lambda each: (-each[1], each[0]))


def total(items: Mapping[str, int], names: Iterable[str] | None = None) -> int:
    """How often all of these, or some, occurred."""
    return sum(items.values()) if names is None else sum(items.get(name, 0) for name in names)
