"""What all chats share; concrete adapters are named only in wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.call.journal import Records
from bot.call.types import Reply
from bot.chat.limits import Limits
from bot.chat.photos import PhotoFolder
from bot.chat.places import Places
from bot.chat.wording import ChatWording
from bot.live.board import LiveBoard
from bot.steering.editions import Editions
from bot.store.chats import ChatStore


class ChatDialogue(Protocol):
    """The dialogue engine, given more than words."""

    async def ask(
        self, sender_id: str, text: str, caller: str, *, metadata: Mapping[str, object] | None = None
    ) -> Reply:
        """See `bot.call.protocols.Dialogue`. metadata: what the actions may read beside the words."""
        ...

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        """See `bot.call.protocols.Dialogue`."""
        ...


@dataclass(frozen=True, slots=True)
class ChatServices:
    """editions: what the city steers, as it stands. switchboard: a number to read.

    spoken_dialogue: the same engine as `dialogue`, wording its replies for the ear. forget_dialogue: erases
    what the dialogue engine remembers of a chat; blocks. photo_url: absolute address of a photo, for the
    city's systems. is_staffed: whether a person of the city answers chats at that moment. live: where people
    of the city follow the chats.
    """

    store: ChatStore
    records: Records
    dialogue: ChatDialogue
    spoken_dialogue: ChatDialogue
    forget_dialogue: Callable[[str], None]
    photos: PhotoFolder
    photo_url: Callable[[str], str]
    places: Places
    wording: ChatWording
    editions: Editions
    switchboard: str
    is_staffed: Callable[[datetime], bool]
    limits: Limits
    clock: Callable[[], datetime]
    live: LiveBoard
