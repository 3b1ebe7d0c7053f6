"""Measures the console's lists on 100,000 conversations, on SQLite and on PostgreSQL.

python -m bench.console [--count 100000] [--times 15] [--kind sqlite --kind postgresql]

Each figure is one request of a signed-in browser over HTTP, or the part of the store alone.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.console_fill import fill
from bot.console.roles import Role
from tests.calls.conftest import free_ports
from tests.fakes.console_site import ConsoleSite
from tests.fakes.databases import KINDS, fresh_database

LIST = "/console/conversations"
# What agents look for: lists of many and of few, words that all say and that hardly anybody says.
LISTS: Mapping[str, str] = {
    "the whole list": "",
    "not reviewed": "unreviewed=1",
    "badly understood": "unsure=1",
    "emergencies": "emergency=1",
    "emergencies of chats, not reviewed": "channel=chat&emergency=1&unreviewed=1",
    "one intent": "intent=report_status",
    "one service, transferred": "service=voirie&transfer=1",
    "one day ten months ago": "from={day}&to={day}",
    "a channel that nobody uses": "channel=browser",
}
SEARCHES: Mapping[str, str] = {
    "a word of most conversations": "q=bonjour",
    "two usual words": "q=rue+trou",
    "two words of few": "q=cantine+piscine",
    "a word that nobody said": "q=xylophone",
    "a usual word among emergencies": "q=bonjour&emergency=1",
    "a usual word on one day ten months ago": "q=bonjour&from={day}&to={day}",
    "a usual word on a channel that nobody uses": "q=bonjour&channel=browser",
}


def measure(kind: str, count: int, times: int, day: str) -> None:
    """Fill a database and print the medians."""
    with tempfile.TemporaryDirectory() as folder, fresh_database(kind, Path(folder)) as url:
        (port,) = free_ports(1)
        site = ConsoleSite(Path(folder), port, url)
        began_s = time.monotonic()
        fill(site.engine, count, datetime.now(UTC))
        print(f"\n{kind}: {count} conversations, written in {time.monotonic() - began_s:.0f} s")
        with site.running(), site.signed_in(Role.AGENT) as client:
            for title, queries in (("list", LISTS), ("search", SEARCHES)):
                medians = []
                for name, query in queries.items():
                    address = f"{LIST}?{query.format(day=day)}"
                    took_ms = timed(lambda to=address: client.get(to).raise_for_status(), times)  # type: ignore[misc]
                    medians.append(statistics.median(took_ms))
                    print(f"  {title}, {name}: median {medians[-1]:.0f} ms, longest {max(took_ms):.0f} ms")
                print(f"  {title}: worst median {max(medians):.0f} ms")
            one = client.get(LIST).text.partition('<tr data-id="')[2].partition('"')[0]
            took_ms = timed(lambda: client.get(f"{LIST}/{one}").raise_for_status(), times)
            print(f"  one conversation: median {statistics.median(took_ms):.0f} ms")
            than = datetime.now(UTC).isoformat()
            took_ms = timed(lambda: client.get(f"{LIST}/newer", params={"than": than}), times)
            print(f"  what is new: median {statistics.median(took_ms):.0f} ms")


def timed(action: Callable[[], object], times: int) -> list[float]:
    """How long it takes, in ms, after a first time that does not count."""
    action()
    took_ms = []
    for _ in range(times):
        began_s = time.perf_counter()
        action()
        took_ms.append((time.perf_counter() - began_s) * 1000)
    return took_ms


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--kind", choices=KINDS, action="append")
    options = parser.parse_args()
    day = datetime.now(UTC).date() - timedelta(days=300)
    for kind in options.kind or KINDS:
        measure(kind, options.count, options.times, day.isoformat())


if __name__ == "__main__":
    main()
