"""Counts how often in a row the caller was not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

IN_A_ROW_BEFORE_OFFERING = 2


@dataclass(frozen=True, slots=True)
class Misunderstanding:
    """The last turn that was not understood. in_a_row: how many before it, itself included."""

    turn: int = 0
    in_a_row: int = 0

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> Misunderstanding:
        return cls(int(slot["turn"]), int(slot["in_a_row"])) if slot else cls()

    def store(self) -> dict[str, int]:
        return {"turn": self.turn, "in_a_row": self.in_a_row}

    def again(self, turn: int) -> Misunderstanding:
        """The state after one more, at the caller's `turn`-th turn."""
        return Misunderstanding(turn, self.in_a_row + 1 if turn == self.turn + 1 else 1)

    @property
    def must_offer_person(self) -> bool:
        return self.in_a_row >= IN_A_ROW_BEFORE_OFFERING
