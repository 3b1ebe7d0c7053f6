"""What each caller met while a callbot was broken, and the tables of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.chaos_faults import Fault
from bench.chaos_recovery import Recovery
from bot.simulate.recording import read_channels, stretches
from bot.simulate.run import CallResult

OUTCOMES = ("reference", "person", "call-back", "cut off", "not answered")


@dataclass(frozen=True)
class Made:
    """A fault as it was made; times are of the monotonic clock."""

    fault: Fault
    began_s: float
    ended_s: float
    recovery: Recovery


@dataclass(frozen=True)
class Silences:
    """waits_s: after each sentence of the caller, until anything was heard or the call was over.

    longest_s: during which neither said a word; a caller who says nothing is asked again after some seconds.
    """

    waits_s: tuple[float, ...] = ()
    longest_s: float = 0.0


@dataclass(frozen=True)
class Lived:
    """One call.

    outcome: "reference", "person", "call-back", "cut off" or "not answered". heard: all that the bot said.
    """

    number: str
    began_s: float
    ended_s: float
    outcome: str
    silences: Silences
    is_lossy: bool
    phone: str
    heard: str


def outcome_of(result: CallResult, heard: str) -> str:
    if result.outcome == "goal_reached":
        return "reference"
    if result.transferred_to:
        return "person"
    if "rappeller" in heard:
        return "call-back"
    return "not answered" if result.outcome == "not_answered" else "cut off"


def silences(wav: Path) -> Silences:
    """Measure a phone's recording; nothing was recorded of a call that nobody answered."""
    if not wav.exists():
        return Silences()
    caller, bot, rate_hz = read_channels(wav)
    ours, theirs = stretches(caller, rate_hz), stretches(bot, rate_hz)
    over_ms = len(caller) * 1000 // rate_hz
    waits = []
    for index, stretch in enumerate(ours):
        following = [other.start_ms for other in ours[index + 1 : index + 2]]
        heard = [max(sound.start_ms, stretch.end_ms) for sound in theirs if sound.end_ms > stretch.end_ms]
        waits.append((min([*following, *heard, over_ms]) - stretch.end_ms) / 1000)
    longest_ms = until_ms = 0
    for sound in sorted((*ours, *theirs), key=lambda sound: sound.start_ms):
        longest_ms = max(longest_ms, sound.start_ms - until_ms)
        until_ms = max(until_ms, sound.end_ms)
    return Silences(tuple(waits), max(longest_ms, over_ms - until_ms) / 1000)


def hit_by(call: Lived, made: Made) -> bool:
    """Whether a fault was there, or had just been, while somebody called."""
    return made.began_s < call.ended_s and call.began_s < made.ended_s + made.recovery.service_s


def until_person_s(call: Lived, faults: Sequence[Made]) -> float | None:
    """Seconds from the last fault, or from the call, to its end with a person; None if it had neither."""
    if call.outcome != "person":
        return None
    began_s = [made.began_s for made in faults if hit_by(call, made) and made.began_s < call.ended_s]
    return call.ended_s - max(call.began_s, *began_s) if began_s else None


def print_tables(calls: Sequence[Lived], faults: Sequence[Made], console: Console) -> None:
    table = Table(title="What callers met, by fault")
    for heading in (
        "fault",
        "made",
        "process back, s: worst",
        "service back, s: worst",
        "calls",
        *OUTCOMES,
        "until a person, s",
        "longest wait, s",
        "longest silence, s",
    ):
        table.add_column(heading, no_wrap=True)
    rows: list[tuple[str, list[Made]]] = [
        (name, [made for made in faults if str(made.fault) == name])
        for name in sorted({str(made.fault) for made in faults})
    ]
    for name, made in rows:
        hit = [call for call in calls if any(hit_by(call, each) for each in made)]
        processes_s = [each.recovery.process_s for each in made if each.recovery.process_s is not None]
        process = f"{max(processes_s):.1f}" if processes_s else ""
        service = f"{max(each.recovery.service_s for each in made):.1f}"
        table.add_row(name, str(len(made)), process, service, *_cells(hit, faults))
    untouched = [call for call in calls if not any(hit_by(call, each) for each in faults)]
    table.add_row("none", "", "", "", *_cells(untouched, faults))
    table.add_row("all", str(len(faults)), "", "", *_cells(calls, faults))
    console.print(table)


def _cells(calls: Sequence[Lived], faults: Sequence[Made]) -> list[str]:
    counts = [str(sum(call.outcome == outcome for call in calls)) for outcome in OUTCOMES]
    persons_s = [after_s for call in calls if (after_s := until_person_s(call, faults)) is not None]
    person = f"{max(persons_s):.1f}" if persons_s else ""
    wait_s = max((wait for call in calls for wait in call.silences.waits_s), default=0.0)
    silence_s = max((call.silences.longest_s for call in calls), default=0.0)
    return [str(len(calls)), *counts, person, f"{wait_s:.1f}", f"{silence_s:.1f}"]
