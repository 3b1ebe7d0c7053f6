"""What one account reads of conversations in progress: callers' words as they are, or masked as elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from bot.console.masking import SEES_WORDS, Masking
from bot.console.roles import Account
from bot.console.shown_live import shown
from bot.live.types import Live, Over, Standing, Subscription, Update

_IN_HAND = (Standing.TAKING, Standing.AGENT)
_MORE = "…"
# A number that is still being said is no number yet: nothing would find it.
_FIGURES = re.compile(
    r"\d|\b(?:zéro|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?"
    r"|trente|quarante|cinquante|soixante|cents?|mille)\b",
    re.IGNORECASE,
)


class Captions:
    """One browser's view. Whoever has a conversation in hand reads it whole, as supervisors do."""

    def __init__(self, masking: Masking, account: Account, follower: Subscription) -> None:
        self._masking = masking
        self._account = account
        self._follower = follower
        self._saw_words: dict[str, bool] = {}

    async def shown(self, news: Update | Over) -> dict[str, Any] | None:
        """What leaves the server. None: everything in the conversation must be told anew, and comes next."""
        if isinstance(news, Over):
            self._saw_words.pop(news.id, None)
            return shown(news)
        sees = self._sees_words(news.live)
        saw = self._saw_words.get(news.live.id, sees)
        self._saw_words[news.live.id] = sees
        if sees is not saw and news.first:
            self._follower.again(news.live.id)
            return None
        if sees:
            return shown(news)
        # In a thread: masking blocks.
        return await asyncio.to_thread(shown, news, self._masking.masked, self._masked_partial)

    def _sees_words(self, live: Live) -> bool:
        has_it = live.login == self._account.login and live.standing in _IN_HAND
        return has_it or self._account.role.may(SEES_WORDS)

    def _masked_partial(self, text: str) -> str:
        return masked_partial(text, self._masking.masked)


def masked_partial(text: str, masked: Callable[[str], str]) -> str:
    """What is being said right now, without figures and its last word, which may be half a name."""
    words = text.split()
    if not words:
        return ""
    return " ".join([*_FIGURES.sub("•", masked(" ".join(words[:-1]))).split(), _MORE])
