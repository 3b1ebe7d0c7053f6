"""Measures the console's pages on 100,000 conversations, on SQLite and on PostgreSQL.

python -m bench.console [--count 100000] [--times 15] [--kind sqlite --kind postgresql] [--folder FOLDER]

Each figure is one request of a signed-in browser over HTTP. Reports (20,000 of them) and work queues lie in
SQLite in both. --folder: where the filled SQLite database is kept, to be measured again without filling.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Engine, make_url

from bench.backend_queries import fill_backend
from bench.console_desk import callers, fill_corrections, fill_work
from bench.console_fill import fill
from bot.console.roles import Role
from bot.figures.job import Counting
from tests.fakes.console_conversations import fill_trackers
from tests.fakes.console_site import ConsoleSite
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.ports import free_ports
from tests.fakes.reports_servers import embedded_server

LIST, REPORTS = "/console/conversations", "/console/reports/"
N_REPORTS = 20_000
TIMEOUT_S = 60.0
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
OF_AGENTS: Mapping[str, str] = {
    "reports, open": REPORTS,
    "reports with a word": f"{REPORTS}?text=v%C3%A9los",
    "reports, page 200": f"{REPORTS}?state=&page=200",
    "reports on the map": f"{REPORTS}map",
    "one report": f"{REPORTS}1",
    "500 call-backs": "/console/work",
    "100 dead letters": "/console/work/letters",
    "200 incomplete reports": "/console/work/reports",
    "the menu's count": "/console/work/count",
}
DASHBOARD = "/console/dashboard"
# Of a year; the reports lie in the last 80 days of it.
DASHBOARDS: Mapping[str, str] = {
    "today": f"{DASHBOARD}?period=today",
    "30 days": f"{DASHBOARD}?period=30",
    "a year": f"{DASHBOARD}?from={{year_ago}}",
    "a year of chats": f"{DASHBOARD}?from={{year_ago}}&channel=chat",
}
AFTER_IT: Mapping[str, str] = {
    "sentences of a year": f"{DASHBOARD}/sentences?from={{year_ago}}",
    "reports by kind": f"{DASHBOARD}/reports?from={{year_ago}}",
}
OF_SUPERVISORS: Mapping[str, str] = {
    "300 corrections": "/console/learning",
    "which model serves": "/console/learning/state",
    "personal data": "/console/privacy",
}


@contextmanager
def filled_site(kind: str, count: int, folder: Path | None) -> Iterator[ConsoleSite]:
    """A console with everything in it, running."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(fresh_database(kind, work))
        if folder is not None and kind == "sqlite":
            folder.mkdir(parents=True, exist_ok=True)
            url = str(make_url(url).set(database=str(folder / f"conversations-{count}.db")))
        (port,) = free_ports(1)
        base, backend = stack.enter_context(embedded_server(work))
        fill_backend(backend, N_REPORTS, random.Random(1))
        site = ConsoleSite(work, port, url, backend_url=base.removesuffix("/open311/v2/"))
        fill_trackers(work / "rasa" / "trackers.db")
        began_s = time.monotonic()
        if not callers(site.engine, 1):
            _fill(site.engine, count)
        fill_work(site.desk_engine, 500, 100, 200)
        print(f"\n{kind}: {count} conversations, written in {time.monotonic() - began_s:.0f} s", flush=True)
        _count(site)
        yield stack.enter_context(site.running())


def _fill(engine: Engine, count: int) -> None:
    fill(engine, count, datetime.now(UTC))
    fill_corrections(engine, 300, random.Random(1))


def _count(site: ConsoleSite) -> None:
    now = datetime.now(UTC)
    counting = Counting(site.engine, site.desk_engine, ZoneInfo("Europe/Paris"), lambda: now)
    n_days, began_s = len(counting.due(now)), time.monotonic()
    counting.catch_up(now)
    print(f"  counting {n_days} days: {time.monotonic() - began_s:.1f} s", flush=True)


def measure(kind: str, count: int, times: int, day: str, folder: Path | None) -> None:
    """Fill a database and print the medians."""
    with filled_site(kind, count, folder) as site:
        with site.signed_in(Role.AGENT) as client:
            client.timeout = TIMEOUT_S
            for title, queries in (("list", LISTS), ("search", SEARCHES)):
                addresses = {name: f"{LIST}?{query.format(day=day)}" for name, query in queries.items()}
                measure_pages(title, client, addresses, times)
            one = client.get(LIST).text.partition('<tr data-id="')[2].partition('"')[0]
            than = httpx.QueryParams(than=datetime.now(UTC).isoformat())
            pages = {"one conversation": f"{LIST}/{one}", "what is new": f"{LIST}/newer?{than}", **OF_AGENTS}
            measure_pages("page", client, pages, times)
            year_ago = datetime.now(UTC).date() - timedelta(days=365)
            for title, addresses in (("dashboard", DASHBOARDS), ("after the dashboard", AFTER_IT)):
                dated = {name: address.format(year_ago=year_ago) for name, address in addresses.items()}
                measure_pages(title, client, dated, times)
        with site.signed_in(Role.SUPERVISOR) as client:
            client.timeout = TIMEOUT_S
            measure_pages("page", client, OF_SUPERVISORS, times)
            numbers = iter(callers(site.engine, 2 * times + 2))
            # Each time another one: the first found is found again for nothing.
            show("page", "who calls from a number", timed(lambda: find(client, next(numbers)), times))
            show("page", "erasing a number", timed(lambda: erase(client, next(numbers)), times))


def find(client: httpx.Client, number: str) -> None:
    client.post("/console/privacy/find", data={"subject": "number", "value": number}).raise_for_status()


def erase(client: httpx.Client, number: str) -> None:
    form = {"subject": "number", "value": number, "sure": "1"}
    client.post("/console/privacy/erase", data=form).raise_for_status()


def measure_pages(title: str, client: httpx.Client, addresses: Mapping[str, str], times: int) -> None:
    medians = [
        show(title, name, timed(lambda to=address: client.get(to).raise_for_status(), times))  # type: ignore[misc]
        for name, address in addresses.items()
    ]
    print(f"  {title}: worst median {max(medians):.0f} ms", flush=True)


def show(title: str, name: str, took_ms: list[float]) -> float:
    """Print one figure and return its median."""
    median = statistics.median(took_ms)
    print(f"  {title}, {name}: median {median:.0f} ms, longest {max(took_ms):.0f} ms", flush=True)
    return median


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
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    day = datetime.now(UTC).date() - timedelta(days=300)
    for kind in options.kind or KINDS:
        measure(kind, options.count, options.times, day.isoformat(), options.folder)


if __name__ == "__main__":
    main()
