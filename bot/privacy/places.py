"""Where data about callers lies: what retention and erasure work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from bot.chat.photos import PhotoFolder
from bot.learn.folder import LearnedFolder
from bot.privacy.ledger import ErasureLedger
from bot.store.daily_counts import DailyCounts
from bot.store.learnings import LearningStore
from bot.store.privacy_runs import PrivacyRuns
from bot.store.recordings import Recordings
from integrations.scrub import scrub


@dataclass(frozen=True, slots=True)
class Places:
    """All that holds something of a caller.

    conversations, desk, trackers, backend: databases; `backend` is the embedded report system's. spool:
    call-backs that the desk could not take yet. mask: takes what is personal out of words that stay.
    """

    conversations: Engine
    desk: Engine
    trackers: Engine
    backend: Engine
    recordings: Recordings
    photos: PhotoFolder
    learned: LearnedFolder
    learnings: LearningStore
    ledger: ErasureLedger
    runs: PrivacyRuns
    counts: DailyCounts
    spool: Path
    mask: Callable[[str], str]

    def scrub(self) -> None:
        """What was deleted leaves the files of the databases too. Blocks; raises SQLAlchemyError."""
        for engine in (self.conversations, self.desk, self.trackers, self.backend):
            scrub(engine)
