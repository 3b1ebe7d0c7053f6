"""Finds the places where data about callers lies; the only place that names them all."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Engine

from bot.chat.photos import PhotoFolder
from bot.learn.folder import LearnedFolder
from bot.privacy.ledger import ErasureLedger
from bot.privacy.places import Places
from bot.settings import Settings
from bot.store.daily_counts import DailyCounts
from bot.store.learnings import LearningStore
from bot.store.privacy_runs import PrivacyRuns
from bot.store.recordings import Recordings
from integrations.city import City
from integrations.database import open_database
from integrations.personal_data import mask, public_names
from integrations.settings import Settings as IntegrationsSettings


def open_places(settings: Settings, city: City, conversations: Engine, desk: Engine) -> Places:
    """conversations, desk: databases, migrated."""
    of_systems = IntegrationsSettings(var_dir=settings.var_dir)
    return Places(
        conversations=conversations,
        desk=desk,
        trackers=open_database(settings.trackers_url),
        backend=open_database(of_systems.backend_database),
        recordings=Recordings(settings.recordings_path),
        photos=PhotoFolder(settings.photos_path),
        learned=LearnedFolder(settings.var_dir / "learned"),
        learnings=LearningStore(conversations),
        ledger=ErasureLedger(settings.var_dir / "privacy"),
        runs=PrivacyRuns(conversations),
        counts=DailyCounts(conversations),
        spool=settings.var_dir / "callbacks.jsonl",
        mask=partial(mask, public=public_names(city)),
    )
