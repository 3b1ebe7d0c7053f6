"""A conversation in progress as the page is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.live.types import Over, Update

DANGERS: Mapping[str, str] = {
    "fire": "incendie",
    "gas": "gaz",
    "medical": "malaise",
    "poison": "intoxication",
    "violence": "violence",
    "suspicious_object": "objet suspect",
    "suicide": "détresse",
    "drowning": "noyade",
    "flood": "inondation",
    "missing_person": "disparition",
    "accident": "accident",
    "collapse": "effondrement",
    "trapped": "personne bloquée",
    "electrocution": "électrocution",
    "help": "appel à l'aide",
}


def shown(news: Update | Over) -> dict[str, Any]:
    """What leaves the server: of a number only its end."""
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
        "danger": DANGERS.get(live.emergency, live.emergency),
        "partial": live.partial,
        "first": news.first,
        "lines": [
            {"author": line.author, "text": line.text, "images": list(line.images)} for line in news.lines
        ],
    }
