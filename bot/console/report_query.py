"""The filters of the reports' pages, as they stand in addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.console.days import begins, ends, read_day
from bot.console.labels_reports import CLOSED, OPEN
from integrations.backend.life import OPEN_STATES, State
from integrations.report_desk import ReportQuery

NAMES = ("state", "category", "agency", "text", "start", "end")
PAGE = 50
MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a value for each of NAMES, "" for any; and which page."""

    values: Mapping[str, str]
    page: int

    def address(self, page: int = 1) -> str:
        """The query of an address that asks for the same."""
        pages = {"page": str(page)} if page > 1 else {}
        return urlencode({name: value for name, value in self.values.items() if value} | pages)

    def query(self, timezone: ZoneInfo, page_size: int = PAGE, *, is_foreign: bool = False) -> ReportQuery:
        """What the report system is asked for. Days are the city's, both included."""
        category = self.values["category"]
        return ReportQuery(
            states=_states(self.values["state"], is_foreign=is_foreign),
            service_codes=(category,) if category else (),
            agency=self.values["agency"],
            text=self.values["text"],
            start=begins(read_day(self.values["start"]), timezone),
            end=ends(read_day(self.values["end"]), timezone),
            page=self.page,
            page_size=page_size,
        )


def read_asked(params: Mapping[str, str]) -> Asked:
    """Whatever stands in an address makes sense: what cannot be read is as if it were not there."""
    values = {name: params.get(name, "").strip()[:MAX_CHARS] for name in NAMES}
    page = params.get("page", "")
    is_number = page.isascii() and page.isdigit() and len(page) < 7
    return Asked(values, max(1, int(page)) if is_number else 1)


def _states(state: str, *, is_foreign: bool) -> tuple[str, ...]:
    if is_foreign:
        return (state,) if state in (OPEN, CLOSED) else ()
    if state == OPEN:
        return OPEN_STATES
    return (state,) if state in set(State) else ()
