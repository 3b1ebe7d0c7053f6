"""The conversations that this process carries, and who follows them. Nothing here waits for a follower."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from bot.call.events import AgentTookOver, Event
from bot.live.types import Kind, Line, Live, Over, Refusal, Standing, Update

# More than anybody reads while it goes on; the record has everything.
MAX_LINES = 200


@dataclass(slots=True)
class _Shown:
    """One conversation. n_forgotten: how many of its first lines are no longer kept."""

    live: Live
    tell: Callable[[Event], None] | None
    lines: list[Line] = field(default_factory=list)
    n_forgotten: int = 0


class LiveBoard:
    """Implements `LiveConversations` for one process; to be used on its event loop only. Nothing in it waits.

    extensions: desks that calls may be put through to.
    """

    def __init__(self, extensions: Collection[str] = ()) -> None:
        self._extensions = frozenset(extensions)
        self._shown: dict[str, _Shown] = {}
        self._followers: set[Follower] = set()

    def open(self, live: Live, tell: Callable[[Event], None] | None = None) -> None:
        """Show a conversation from now on. tell: how its call hears of events, None for a chat."""
        self._shown[live.id] = _Shown(live, tell)
        for follower in self._followers:
            follower.forget(live.id)
        self._changed(live.id)

    def close(self, conversation_id: str) -> None:
        """A conversation is over."""
        if self._shown.pop(conversation_id, None) is not None:
            self._changed(conversation_id)

    def change(self, conversation_id: str, **fields: Any) -> None:
        """Change how a conversation stands; nothing if it is not shown."""
        shown = self._shown.get(conversation_id)
        if shown is not None:
            shown.live = replace(shown.live, **fields)
            self._changed(conversation_id)

    def add(self, conversation_id: str, line: Line) -> None:
        """Something was said: what was being understood of it is settled."""
        shown = self._shown.get(conversation_id)
        if shown is None:
            return
        shown.lines.append(line)
        if len(shown.lines) > MAX_LINES:
            shown.lines.pop(0)
            shown.n_forgotten += 1
        if line.author == "caller":
            shown.live = replace(shown.live, partial="")
        self._changed(conversation_id)

    def put(self, news: Update) -> None:
        """Show a conversation of another board as it is there."""
        shown = self._shown.get(news.live.id)
        if shown is None or not shown.n_forgotten <= news.first <= shown.n_forgotten + len(shown.lines):
            # What came before was not told.
            shown = self._shown[news.live.id] = _Shown(news.live, None, n_forgotten=news.first)
            for follower in self._followers:
                follower.forget(news.live.id)
        shown.live = news.live
        shown.lines[news.first - shown.n_forgotten :] = news.lines
        n_too_many = max(0, len(shown.lines) - MAX_LINES)
        del shown.lines[:n_too_many]
        shown.n_forgotten += n_too_many
        self._changed(news.live.id)

    def get(self, conversation_id: str) -> Live | None:
        shown = self._shown.get(conversation_id)
        return shown.live if shown else None

    def current(self) -> tuple[Live, ...]:
        """See `LiveConversations`."""
        return tuple(shown.live for shown in self._shown.values())

    def subscribe(self) -> Follower:
        """See `LiveConversations`."""
        follower = Follower(self, list(self._shown))
        self._followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        self._followers.discard(follower)

    async def take_call(self, conversation_id: str, login: str, agent: str, extension: str) -> Refusal | None:
        """See `LiveConversations`."""
        if extension not in self._extensions:
            return Refusal.NO_DESK
        shown = self._shown.get(conversation_id)
        if shown is None or shown.tell is None or shown.live.kind is not Kind.CALL:
            return Refusal.GONE
        if shown.live.standing is not Standing.BOT:
            return Refusal.TAKEN
        self.change(conversation_id, standing=Standing.TAKING, login=login, agent=agent, problem="")
        shown.tell(AgentTookOver(extension))
        return None

    def since(self, conversation_id: str, n_seen: int) -> Update | Over:
        """How a conversation stands, for somebody who has seen so many lines of it."""
        shown = self._shown.get(conversation_id)
        if shown is None:
            return Over(conversation_id)
        first = max(n_seen, shown.n_forgotten)
        return Update(shown.live, first, tuple(shown.lines[first - shown.n_forgotten :]))

    def _changed(self, conversation_id: str) -> None:
        for follower in self._followers:
            follower.note(conversation_id)


class Follower:
    """See `bot.live.types.Subscription`. It keeps names of what has changed, so it cannot grow."""

    def __init__(self, board: LiveBoard, conversation_ids: list[str]) -> None:
        self._board = board
        self._changed = dict.fromkeys(conversation_ids)
        self._n_seen: dict[str, int] = {}
        self._news = asyncio.Event()
        self._news.set()

    def forget(self, conversation_id: str) -> None:
        """What was seen of a conversation of this name was another's, or the same one's before."""
        self._n_seen.pop(conversation_id, None)

    def again(self, conversation_id: str) -> None:
        """See `bot.live.types.Subscription`."""
        self.forget(conversation_id)
        self.note(conversation_id)

    def note(self, conversation_id: str) -> None:
        self._changed[conversation_id] = None
        self._news.set()

    async def next(self) -> list[Update | Over]:
        await self._news.wait()
        self._news.clear()
        changed, self._changed = self._changed, {}
        return [self._news_of(each) for each in changed]

    def close(self) -> None:
        self._board.leave(self)

    def _news_of(self, conversation_id: str) -> Update | Over:
        news = self._board.since(conversation_id, self._n_seen.get(conversation_id, 0))
        if isinstance(news, Over):
            self._n_seen.pop(conversation_id, None)
        else:
            self._n_seen[conversation_id] = news.first + len(news.lines)
        return news
