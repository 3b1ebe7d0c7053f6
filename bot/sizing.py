"""How many machines a city needs, from what a call was measured to cost. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """What a city's people ask for; assumptions where a city has not counted its own.

    calls_per_inhabitant_a_year: to the switchboard. working_days: on which nearly all of them come.
    busy_hour_share: of a day's calls, in its busiest hour. peak_factor: the worst day over an ordinary one.
    call_s: how long a call with the machine lasts. chats_per_call: chats begun for each call.
    """

    inhabitants: int
    calls_per_inhabitant_a_year: float = 1.0
    working_days: int = 250
    busy_hour_share: float = 0.15
    peak_factor: float = 2.0
    call_s: float = 90.0
    chats_per_call: float = 0.2

    def calls_in_the_busiest_hour(self) -> float:
        a_day = self.inhabitants * self.calls_per_inhabitant_a_year / self.working_days
        return a_day * self.busy_hour_share * self.peak_factor


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor that was measured (docs/measurements.md). call_s: of a whole call. chat_turn_s: of one turn.

    share: how much of a machine may be busy in the long run, so that answers still come in time.
    """

    call_s: float = 18.0
    chat_turn_s: float = 0.108
    turns_per_chat: int = 8
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Need:
    """lines: calls at once that telephony must take. workers: telephony processes, over all machines.

    busy_cores: in the busiest hour. machines: of `cores` each, one of which may fail. bots: see `plan`.
    """

    calls_an_hour: float
    lines: int
    workers: int
    busy_cores: float
    machines: int
    memory_gib: int


LINES_PER_WORKER = 4
# Bot with speech models, one Rasa, a second one while a model takes over, actions, report desk; rounded up.
MEMORY_GIB = 8
WORKER_GIB = 0.1


def erlang_b(erlangs: float, lines: int) -> float:
    """The share of calls that find all lines taken, when calls come at random and those refused go away."""
    blocked = 1.0
    for line in range(1, lines + 1):
        blocked = erlangs * blocked / (line + erlangs * blocked)
    return blocked


def lines_for(erlangs: float, most_refused: float) -> int:
    """The fewest lines on which no more than a share of the calls is refused."""
    lines = 1
    while erlang_b(erlangs, lines) > most_refused:
        lines += 1
    return lines


def plan(demand: Demand, cost: Cost, cores: int, most_refused: float = 0.01) -> Need:
    """What carries a demand, with one machine to spare. cores: of a machine. most_refused: share of calls."""
    calls = demand.calls_in_the_busiest_hour()
    lines = lines_for(calls * demand.call_s / 3600, most_refused)
    # All lines taken at once, not the hour's mean: a caller who was let in must be answered in time.
    talking = lines * cost.call_s / demand.call_s
    writing = calls * demand.chats_per_call * cost.turns_per_chat * cost.chat_turn_s / 3600
    busy = talking + writing
    carrying = max(1, math.ceil(busy / (cores * cost.share)))
    # What is left carries all when one machine is gone.
    machines = carrying + 1
    per_machine = math.ceil(lines / carrying / LINES_PER_WORKER)
    return Need(
        calls_an_hour=calls,
        lines=lines,
        workers=per_machine * machines,
        busy_cores=busy,
        machines=machines,
        memory_gib=math.ceil(MEMORY_GIB + per_machine * WORKER_GIB),
    )
