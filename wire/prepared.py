"""The sentences that the bot renders at its start, and telephony says when the bot cannot.

Each is a file in one folder: mono 16-bit WAV at 8 or 16 kHz.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

FOLDER = "prepared"


class Prepared(StrEnum):
    """What telephony says by itself. The messages' names are `call_machine_` and these."""

    LATE = "late"
    """The bot has not answered for a moment."""
    PASSED_ON = "passed_on"
    """The bot is gone, and somebody else is called."""
    LOST = "lost"
    """The bot is gone, and nobody else is there."""

    def path(self, folder: Path) -> Path:
        return folder / f"{self}.wav"
