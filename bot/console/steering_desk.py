"""What the pages of steering work with, and how one person's change meets another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.call.protocols import Synthesizer
from integrations.messages import MessageCatalogue
from integrations.steering import Steering
from integrations.steering_store import SteeringConflictError, SteeringStore, SteeringVersion

Change = Callable[[Steering], Steering]
Part = Callable[[Steering], object]


@dataclass(frozen=True, slots=True)
class SteeringDesk:
    """catalogue: the sentences as in the city's file. saved: is told of each change.

    synthesizer: None where nothing can be heard beforehand. has_fallback: whether there is a line for calls
    that the machine shall not answer.
    """

    store: SteeringStore
    catalogue: MessageCatalogue
    saved: Callable[[], None] = lambda: None
    synthesizer: Synthesizer | None = None
    has_fallback: bool = False

    def change(
        self, base: int, part: Part, change: Change, summary: str, login: str, now: datetime
    ) -> SteeringVersion:
        """Make a new version; blocks. Others may have changed other parts since version `base`.

        part: what of the document `change` replaces. Raises SteeringConflictError when somebody else changed
        that part, SteeringDamagedError, SQLAlchemyError.
        """
        current = self.store.current()
        if current.id != base:
            known = self.store.get(base)
            if known is None or part(known.steering) != part(current.steering):
                raise SteeringConflictError(current)
        changed = change(current.steering)
        if changed == current.steering:
            return current
        return self.store.save(changed, current.id, login, summary, now)
