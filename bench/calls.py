"""Calls a running callbot and prints how long answers took and what a call costs.

`.venv/bin/python bench/calls.py [--turns 20]` while `make run` runs. Silences are measured in the phone's
recording, between the caller's last sample and the bot's first. CPU is that of all the callbot's processes,
the simulated caller's not included; but the caller hears with the same recogniser on the same processor.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.settings import Settings
from bot.simulate.cpu import cpu_seconds
from bot.simulate.run import CallResult
from bot.simulate.session import simulate_scripts
from bot.speech.speakers import SPEAKERS

SCRIPT = Path(__file__).parents[1] / "tests" / "calls" / "report_pothole.yml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=20, help="answered turns to measure")
    parser.add_argument("--to", default="sip:mairie@127.0.0.1:5060")
    parser.add_argument("--script", type=Path, default=SCRIPT)
    options = parser.parse_args()
    settings = Settings()
    supervisor = int((settings.var_dir / "run" / "supervisord.pid").read_text())
    before = cpu_seconds(supervisor)
    results = asyncio.run(_call_until(options.turns, options.script, options.to, settings))
    after = cpu_seconds(supervisor)
    _print(results, {name: after[name] - before.get(name, 0.0) for name in after})


async def _call_until(turns: int, script: Path, to: str, settings: Settings) -> list[CallResult]:
    results: list[CallResult] = []
    speakers = list(SPEAKERS)
    while sum(len(result.silences_ms) for result in results) < turns and len(results) < turns:
        speaker = speakers[len(results) % len(speakers)]
        results += await simulate_scripts(settings, [(script, speaker)], to)
    return results


def _print(results: list[CallResult], cpu_s: dict[str, float]) -> None:
    silences = [silence for result in results for silence in result.silences_ms]
    table = Table(title=f"{len(results)} calls, {len(silences)} answered turns")
    table.add_column("figure")
    table.add_column("value", justify="right")
    reached = sum(result.outcome == "goal_reached" for result in results)
    first = [result.first_audio_ms for result in results if result.first_audio_ms is not None]
    rows = {
        "goal reached": f"{reached} of {len(results)}",
        "silence before the answer, median": f"{statistics.median(silences):.0f} ms",
        "silence before the answer, worst": f"{max(silences)} ms",
        "first audio after the answer, worst": f"{max(first)} ms" if first else "none",
        "CPU per call, all processes": f"{sum(cpu_s.values()) / len(results):.1f} s",
    }
    rows |= {f"  of it {name}": f"{value / len(results):.1f} s" for name, value in sorted(cpu_s.items())}
    for name, value in rows.items():
        table.add_row(name, value)
    Console().print(table)


if __name__ == "__main__":
    main()
