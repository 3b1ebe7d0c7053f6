"""Measures the console's lists and its dashboard on 100,000 conversations, on SQLite and on PostgreSQL.

python -m bench.console [--count 100000] [--times 15] [--kind sqlite --kind postgresql] [--part lists]

Each figure is one request of a signed-in browser over HTTP, or the part of the store alone.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from bench.backend_queries import fill_backend
from bench.console_fill import fill
from bot.console.roles import Role
from bot.figures.job import Counting
from integrations.database import open_database
from integrations.report_desk_embedded import EmbeddedDesk
from tests.calls.conftest import free_ports
from tests.fakes.console_site import ConsoleSite
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.reports_servers import AGENTS_KEY, embedded_app, serving

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

DASHBOARD = "/console/dashboard"
PAGES: Mapping[str, str] = {
    "today": "period=today",
    "30 days": "period=30",
    "a year": "from={year_ago}",
    "a year of chats": "from={year_ago}&channel=chat",
}
REPORTS = 10_000


def measure(kind: str, count: int, times: int, day: str, parts: Sequence[str]) -> None:
    """Fill a database and print the medians."""
    with tempfile.TemporaryDirectory() as folder, fresh_database(kind, Path(folder)) as url:
        (port,) = free_ports(1)
        site = ConsoleSite(Path(folder), port, url)
        began_s = time.monotonic()
        fill(site.engine, count, datetime.now(UTC))
        print(f"\n{kind}: {count} conversations, written in {time.monotonic() - began_s:.0f} s")
        for name in parts:
            PARTS[name](site, times, day)


def measure_lists(site: ConsoleSite, times: int, day: str) -> None:
    """Lists and searches, one conversation, what is new."""
    with site.running(), site.signed_in(Role.AGENT) as client:
        for title, queries in (("list", LISTS), ("search", SEARCHES)):
            medians = []
            for name, query in queries.items():
                address = f"{LIST}?{query.format(day=day)}"
                medians.append(told(client, f"{title}, {name}", address, times))
            print(f"  {title}: worst median {max(medians):.0f} ms")
        one = client.get(LIST).text.partition('<tr data-id="')[2].partition('"')[0]
        told(client, "one conversation", f"{LIST}/{one}", times)
        told(client, "what is new", f"{LIST}/newer?than={quote(datetime.now(UTC).isoformat())}", times)


def measure_dashboard(site: ConsoleSite, times: int, day: str) -> None:
    """The counting of a year, a page of it, and the parts that come after the page."""
    now = datetime.now(UTC)
    year_ago = now.date() - timedelta(days=365)
    counting = Counting(site.engine, site.desk_engine, ZoneInfo("Europe/Paris"), lambda: now)
    began_s = time.monotonic()
    counting.catch_up(now)
    print(f"  dashboard, the whole year counted for the first time: {time.monotonic() - began_s:.1f} s")
    took_ms = timed(lambda: counting.catch_up(now), times)
    print(f"  dashboard, counted again each minute: median {statistics.median(took_ms):.0f} ms")
    reports = open_database(f"sqlite:///{site.settings.var_dir / 'reports.db'}")
    app = embedded_app(reports, site.settings.var_dir / "photos")
    fill_backend(reports, REPORTS, random.Random(1))
    with serving(app) as url:
        site.reports = EmbeddedDesk(url, AGENTS_KEY)
        with site.running(), site.signed_in(Role.AGENT) as client:
            medians = []
            for name, query in PAGES.items():
                address = f"{DASHBOARD}?{query.format(year_ago=year_ago)}"
                medians.append(told(client, f"dashboard, {name}", address, times))
            print(f"  dashboard: worst median {max(medians):.0f} ms")
            told(client, "dashboard, sentences of a year", f"{DASHBOARD}/sentences?period=year", times)
            name = f"dashboard, {REPORTS} reports of 80 days"
            told(client, name, f"{DASHBOARD}/reports?from={now.date() - timedelta(days=89)}", times)
    reports.dispose()


PARTS = {"lists": measure_lists, "dashboard": measure_dashboard}


def told(client: httpx.Client, name: str, address: str, times: int) -> float:
    """Ask for an address, print how long that takes, and return the median in ms."""
    client.get(address).raise_for_status()
    cpu_began_s = time.process_time()
    took_ms = timed(lambda: client.get(address).raise_for_status(), times)
    # Of the browser, too, and of SQLite, but not of PostgreSQL, which is another process.
    cpu_ms = 1000 * (time.process_time() - cpu_began_s) / (times + 1)
    median_ms = statistics.median(took_ms)
    print(f"  {name}: median {median_ms:.0f} ms, longest {max(took_ms):.0f} ms, {cpu_ms:.0f} ms of CPU here")
    return median_ms


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
    parser.add_argument("--part", choices=PARTS, action="append")
    options = parser.parse_args()
    day = datetime.now(UTC).date() - timedelta(days=300)
    for kind in options.kind or KINDS:
        measure(kind, options.count, options.times, day.isoformat(), options.part or list(PARTS))


if __name__ == "__main__":
    main()
