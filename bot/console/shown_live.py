"""A conversation in progress as the page is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.console.labels import DANGERS, named
from bot.live.types import Over, Update


def shown(
    news: Update | Over, words: Callable[[str], str] = str, partial: Callable[[str], str] = str
) -> dict[str, Any]:
    """What leaves the server: of a number only its end. words, partial: write what was and is being said."""
    if isinstance(news, Over):
        return {"id": news.id, "is_over": True}
    live = news.live
    return {
        "id": live.id,
        "is_over": False,
        "kind": live.kind,
        "since": live.since.isoformat(timespec="seconds"),
        "caller_end": live.caller[-2:] if len(live.caller) >= 6 else "",
        "standing": live.standing,
        "waiting_since": live.waiting_since and live.waiting_since.isoformat(timespec="seconds"),
        "login": live.login,
        "agent": live.agent,
        "problem": live.problem,
        "danger": named(DANGERS, live.emergency).lower(),
        "partial": partial(live.partial),
        "first": news.first,
        "lines": [
            {"author": line.author, "text": words(line.text), "images": list(line.images)}
            for line in news.lines
        ],
    }
