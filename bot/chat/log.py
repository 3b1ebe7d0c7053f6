"""One chat's log, shared by its browser tabs: written to SQL first, then shown; each message once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from bot.chat.session import view
from bot.store.chats import Changes, ChatStore, NewEntry, SavedChat, SavedEntry

MAX_TABS = 5


class Peer(Protocol):
    """One browser tab."""

    def send(self, event: Mapping[str, Any]) -> None:
        """Queue an event; never waits."""
        ...

    def close(self) -> None:
        """End the connection once what is queued has gone out."""
        ...


class SharedLog:
    """The log and who watches it. saved: the session as it is in SQL. watch: told all that tabs are shown."""

    def __init__(
        self,
        saved: SavedChat,
        store: ChatStore,
        clock: Callable[[], datetime],
        watch: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.saved = saved
        self._store = store
        self._clock = clock
        self._watch = watch
        self._peers: set[Peer] = set()
        self._order = asyncio.Lock()

    @property
    def is_watched(self) -> bool:
        return bool(self._peers)

    async def join(self, peer: Peer, last_seq: int, welcome: Mapping[str, Any]) -> bool:
        """Show a tab what it has not seen, then keep it up to date. False: there are too many tabs."""
        async with self._order:
            if len(self._peers) >= MAX_TABS:
                return False
            missed = await asyncio.to_thread(self._store.entries_after, self.saved.id, last_seq)
            peer.send(welcome)
            for entry in missed:
                peer.send(view(entry))
            self._peers.add(peer)
            return True

    def leave(self, peer: Peer) -> None:
        self._peers.discard(peer)

    async def append(self, entries: Sequence[NewEntry], changes: Changes | None = None) -> list[SavedEntry]:
        """Keep messages and show them; returns those that were not in the log before.

        Raises SQLAlchemyError; then nothing was shown.
        """
        async with self._order:
            now = self._clock()
            added = await asyncio.to_thread(self._store.add, self.saved.id, entries, now, changes)
            last_seq = added[-1].seq if added else self.saved.last_seq
            fields = changes.fields if changes is not None else {}
            self.saved = replace(self.saved, last_seq=last_seq, seen_at=now, **fields)
            for entry in added:
                self.tell(view(entry))
            return added

    async def change(self, **fields: Any) -> None:
        """Change fields of the session. Raises SQLAlchemyError."""
        async with self._order:
            await asyncio.to_thread(self._store.change, self.saved.id, fields)
            self.saved = replace(self.saved, **fields)

    def tell(self, event: Mapping[str, Any]) -> None:
        """Show something that is not kept."""
        self._watch(event)
        for peer in self._peers:
            peer.send(event)

    def close(self) -> None:
        """End all connections."""
        for peer in self._peers:
            peer.close()
        self._peers.clear()
