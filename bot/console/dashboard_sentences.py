"""The dashboard's part on sentences that were hardly understood: masked for everybody, put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.console.shown_text import visible
from bot.figures.groups import group_alike
from bot.store.misunderstood import Misunderstood

# The newest; older ones were about the same.
MOST_SENTENCES = 300
MOST_GROUPS = 15
_OTHERS = 3


@dataclass(frozen=True, slots=True)
class SentenceGroup:
    """Sentences that say nearly the same. n: how many. newest: the last of them, whose page is shown.

    text: the most typical. others: other wordings, a few.
    """

    n: int
    text: str
    others: Sequence[str]
    newest: Misunderstood


def grouped(found: Sequence[Misunderstood], masked: Callable[[str], str]) -> Sequence[SentenceGroup]:
    """found: the newest first. masked: a text without what is personal; blocks."""
    texts = [visible(masked(each.text)) for each in found]
    return [_group(found, texts, members) for members in group_alike(texts)[:MOST_GROUPS]]


def _group(found: Sequence[Misunderstood], texts: Sequence[str], members: Sequence[int]) -> SentenceGroup:
    wordings = list(dict.fromkeys(texts[member] for member in members))
    return SentenceGroup(len(members), wordings[0], wordings[1 : 1 + _OTHERS], found[min(members)])
