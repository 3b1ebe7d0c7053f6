"""What the bot said last, to say it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LastWords:
    """The bot's last turn. custom, buttons: those of its last sentence, which says what was expected."""

    text: str
    custom: Mapping[str, Any] = field(default_factory=dict)
    buttons: Sequence[Mapping[str, Any]] = ()


def last_words(events: Sequence[Mapping[str, Any]]) -> LastWords | None:
    """Return what the bot said in answer to the caller's last turn but one; None when it said nothing.

    events: Rasa's, oldest first; the last turn of the caller is the one that asks for repetition.
    """
    said: list[Mapping[str, Any]] = []
    n_turns_back = 0
    for event in reversed(events):
        if event["event"] == "user":
            n_turns_back += 1
            if n_turns_back == 2:
                break
        elif event["event"] == "bot" and n_turns_back == 1 and event.get("text"):
            said.append(event)
    if not said:
        return None
    data: Mapping[str, Any] = said[0].get("data") or {}
    # A sentence that was itself a repetition is repeated without its lead.
    words = [str((event.get("metadata") or {}).get("said") or event["text"]) for event in reversed(said)]
    return LastWords(text=" ".join(words), custom=data.get("custom") or {}, buttons=data.get("buttons") or ())
