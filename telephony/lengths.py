"""How long a call may last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lengths:
    """Of an answered call: with the bot, and once it was put through."""

    call_s: float
    joined_s: float
