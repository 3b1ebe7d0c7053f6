"""The filter of the conversations' list as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.console.days import begins, ends, read_day
from bot.store.conversation_search import MAX_CHARACTERS, ConversationFilter

_TEXTS = ("channel", "outcome", "intent", "service")
_SWITCHES = {
    "unsure": "is_unsure",
    "transfer": "was_transferred",
    "emergency": "is_emergency",
    "flagged": "is_flagged",
    "unreviewed": "is_unreviewed",
}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """values: of the form's fields, only those that filter. wanted: the same as it is looked for."""

    values: Mapping[str, str]
    wanted: ConversationFilter

    @property
    def text(self) -> str:
        """For an address, without "?"."""
        return urlencode(self.values)


def read_query(values: Mapping[str, str], timezone: ZoneInfo, login: str) -> ListQuery:
    """Read the form's fields: whatever makes no sense filters nothing. login: who "mine" is."""
    kept = {"q": values.get("q", "").strip()[:MAX_CHARACTERS]}
    kept |= {name: values.get(name, "").strip()[:64] for name in _TEXTS}
    days = {name: read_day(values.get(name, "")) for name in ("from", "to")}
    kept |= {name: day.isoformat() if day else "" for name, day in days.items()}
    switches = {name: "1" if values.get(name) else "" for name in (*_SWITCHES, "mine")}
    # A NUL is no text for PostgreSQL.
    kept = {name: value.replace("\x00", "") for name, value in (kept | switches).items()}
    wanted = ConversationFilter(
        words=kept["q"],
        channel=kept["channel"],
        outcome=kept["outcome"],
        intent=kept["intent"],
        service=kept["service"],
        since=begins(days["from"], timezone),
        until=ends(days["to"], timezone),
        assignee=login if kept["mine"] else "",
        **{field: bool(kept[name]) for name, field in _SWITCHES.items()},
    )
    return ListQuery({name: value for name, value in kept.items() if value}, wanted)
