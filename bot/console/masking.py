"""What roles below supervisor get of what callers said: pages, exports and sound ask here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Protocol

from bot.console.roles import Role
from bot.console.shown_text import masked_numbers, visible
from bot.store.models import Turn
from integrations.personal_data import Span, mask_spans

# Who may read and hear everything.
SEES_WORDS = Role.SUPERVISOR
_NAMES = "person_name"
_MAX_KEPT = 50_000

Shown = Callable[[str], str]


class Find(Protocol):
    """Finds what is personal; see `integrations.personal_data.find_personal`. May block for seconds."""

    def __call__(self, text: str, *, known: Iterable[str]) -> Sequence[Span]: ...


class Masking:
    """Masks texts, each once: what was found is kept by a hash of the text, without a word of it.

    Safe in threads, where all methods but `shown` belong; texts wait for each other one by one, so that a
    long export delays a page by one text only.
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._found: OrderedDict[bytes, Sequence[Span]] = OrderedDict()
        self._lock = threading.Lock()

    def shown(self, role: Role, known: Sequence[str] = ()) -> Shown:
        """Return what templates write callers' words with, in a thread. known: names in this conversation."""
        if role.may(SEES_WORDS):
            return visible
        return lambda text: visible(self.masked(text, known))

    def masked(self, text: str, known: Sequence[str] = ()) -> str:
        """The text with labels in place of what is personal."""
        return masked_numbers(mask_spans(text, self._spans(text, known)))

    def is_personal(self, text: str, known: Sequence[str] = ()) -> bool:
        """Whether anything in the text would be masked."""
        return self.masked(text, known) != text

    def hides(self, role: Role, text: str) -> bool:
        """Whether a text is not shown to a role as it is."""
        return not role.may(SEES_WORDS) and self.is_personal(text)

    def _spans(self, text: str, known: Sequence[str]) -> Sequence[Span]:
        key = blake2b("\x1f".join((text, *known)).encode(errors="surrogatepass"), digest_size=16).digest()
        with self._lock:
            spans = self._found.get(key)
            if spans is None:
                spans = self._found[key] = self._find(text, known=known)
            self._found.move_to_end(key)
            if len(self._found) > _MAX_KEPT:
                self._found.popitem(last=False)
        return spans


def names_in(turns: Iterable[Turn]) -> tuple[str, ...]:
    """Names that the dialogue engine found in a conversation; they are masked wherever they come again."""
    entities = (each for turn in turns for each in turn.entities if isinstance(each, dict))
    return tuple(
        dict.fromkeys(str(each.get("value") or "") for each in entities if each.get("entity") == _NAMES)
    )
