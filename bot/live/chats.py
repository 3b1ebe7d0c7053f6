"""A chat as it is followed: what its tabs are shown, shown to people of the city as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.live.board import MAX_LINES, LiveBoard
from bot.live.types import Author, Kind, Line, Live, Standing

_AUTHORS: Mapping[str, Author] = {"visitor": "caller", "bot": "bot", "agent": "agent"}
_STANDINGS = {"bot": Standing.BOT, "waiting": Standing.WAITING, "agent": Standing.AGENT}


class LiveChat:
    """One chat. It is shown once the visitor has written, or asks for a person: many only open the window."""

    def __init__(self, board: LiveBoard, chat_id: str, since: datetime) -> None:
        self._board = board
        self._id = chat_id
        self._since = since
        self._standing = Standing.BOT
        self._lines: list[Line] = []

    def take_up(self, entries: Sequence[Mapping[str, Any]], holder: Mapping[str, Any]) -> None:
        """Show what a stopped process left. entries: as for `told`. holder: as for `held`."""
        self._lines = [_line(entry) for entry in entries]
        self.held(holder)

    def told(self, event: Mapping[str, Any]) -> None:
        """The chat's tabs are being shown this."""
        match event["event"]:
            case "message":
                self._add(_line(event))
            case "caption":
                self._board.change(self._id, partial=event["text"])
            case "erased":
                self.over()

    def held(self, holder: Mapping[str, Any]) -> None:
        """Who has the chat. holder: mode, agent, agent_login, waiting_since of the session."""
        if holder["mode"] not in _STANDINGS:
            self.over()
            return
        self._standing = _STANDINGS[holder["mode"]]
        self._show_if_due()
        self._board.change(
            self._id,
            standing=self._standing,
            agent=holder["agent"],
            login=holder["agent_login"],
            waiting_since=holder["waiting_since"],
        )

    def warned(self, danger: str) -> None:
        """The visitor spoke of a danger."""
        self._show_if_due()
        self._board.change(self._id, emergency=danger)

    def over(self) -> None:
        """Nobody is there any more."""
        self._board.close(self._id)

    def _add(self, line: Line) -> None:
        self._lines = [*self._lines[1 - MAX_LINES :], line]
        if self._board.get(self._id) is None:
            self._show_if_due()
        else:
            self._board.add(self._id, line)

    def _show_if_due(self) -> None:
        is_due = self._standing is not Standing.BOT or any(line.author == "caller" for line in self._lines)
        if is_due and self._board.get(self._id) is None:
            self._board.open(Live(self._id, Kind.CHAT, self._since, standing=self._standing))
            for line in self._lines:
                self._board.add(self._id, line)


def _line(event: Mapping[str, Any]) -> Line:
    images = tuple(str(image["url"]) for image in event["images"] if str(image["url"]).startswith("/chat/"))
    return Line(_AUTHORS[event["author"]], event["text"], images)
