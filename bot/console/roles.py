"""Who may do what in the console."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Each role may do all that the ones before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    def may(self, needed: Role) -> bool:
        """Whether this role is at least `needed`."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the city who may sign in.

    login: unique, lower case. name: as colleagues and visitors of the chat read it. extension: digits of the
    desk phone that calls are put through to, "" for none.
    """

    id: int
    login: str
    name: str
    role: Role
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in browser. csrf: what its forms must carry, since a foreign page cannot know it."""

    account: Account
    csrf: str
