"""`callbot size`: how many machines a city needs."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from bot.sizing import Cost, Demand, plan

console = Console()
DEMAND, COST = Demand(0), Cost()


def size(
    inhabitants: Annotated[int, typer.Argument(min=1)],
    calls: Annotated[
        float, typer.Option(help="calls per inhabitant a year")
    ] = DEMAND.calls_per_inhabitant_a_year,
    peak: Annotated[float, typer.Option(help="calls of the worst day over an ordinary one")] = (
        DEMAND.peak_factor
    ),
    call_s: Annotated[float, typer.Option(help="seconds that a call lasts")] = DEMAND.call_s,
    cpu_s: Annotated[float, typer.Option(help="processor seconds of a call, as measured")] = COST.call_s,
    cores: Annotated[int, typer.Option(help="cores of a machine", min=1)] = 8,
    refused: Annotated[float, typer.Option(help="share of calls that may find all lines taken")] = 0.01,
) -> None:
    """Say how many machines carry a city's calls and chats; docs/deployment.md says what is assumed."""
    demand = Demand(inhabitants, calls, peak_factor=peak, call_s=call_s)
    need = plan(demand, Cost(call_s=cpu_s), cores, refused)
    console.print(
        f"{need.calls_an_hour:.0f} calls in the busiest hour of the worst day: {need.lines} lines "
        f"({refused:.0%} refused at most)\n"
        f"{need.busy_cores:.1f} cores busy when all lines are taken; machines are planned half busy\n"
        f"{need.machines} machines of {cores} cores and {need.memory_gib} GiB, one of which may fail\n"
        f"{need.workers // need.machines} telephony workers on each: callbot up --workers "
        f"{need.workers // need.machines}",
        highlight=False,
    )
