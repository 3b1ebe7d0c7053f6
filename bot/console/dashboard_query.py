"""Which days the dashboard is about, as its address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from bot.console.days import read_day
from bot.console.labels import CHANNELS

MOST_DAYS = 1096
PERIODS: Mapping[str, str] = {
    "today": "Aujourd'hui",
    "7": "7 jours",
    "30": "30 jours",
    "year": "Cette année",
}
USUAL = "30"


@dataclass(frozen=True, slots=True)
class DashboardQuery:
    """period: a key of PERIODS, "" for days of one's own. first, last: both included. channel: "" for all."""

    period: str
    first: date
    last: date
    channel: str

    def address(self, period: str | None = None) -> str:
        """For an address, without "?"; with another period, if given, which stays true on other days."""
        wanted = self.period if period is None else period
        days = {"period": wanted} if wanted else {"from": str(self.first), "to": str(self.last)}
        return urlencode(days | ({"channel": self.channel} if self.channel else {}))

    @property
    def n_days(self) -> int:
        return (self.last - self.first).days + 1


def read_dashboard_query(values: Mapping[str, str], today: date) -> DashboardQuery:
    """Whatever stands in an address makes sense: what cannot be read is as if it were not there."""
    channel = values.get("channel", "")
    channel = channel if channel in CHANNELS else ""
    first, last = read_day(values.get("from", "")), read_day(values.get("to", ""))
    period = values.get("period", "")
    if period not in PERIODS:
        period = "" if first or last else USUAL
    if period:
        return DashboardQuery(period, _first_of(period, today), today, channel)
    last = min(last or today, today)
    first = min(first or last, today)
    first, last = min(first, last), max(first, last)
    return DashboardQuery("", max(first, last - timedelta(days=MOST_DAYS - 1)), last, channel)


def _first_of(period: str, today: date) -> date:
    if period == "year":
        return today.replace(month=1, day=1)
    return today if period == "today" else today - timedelta(days=int(period) - 1)
