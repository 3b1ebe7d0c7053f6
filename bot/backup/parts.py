"""What a backup consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from integrations.settings import Settings as IntegrationsSettings

# Keys and promises of single lines; what is learned, recorded and photographed. Models of speech are fetched
# again, sentences rendered again, and logs belong to nobody's future.
FILES = ("*.key", "callbacks.jsonl")
# The ledger of erasures only ever grows: an older one never takes the place of a newer.
KEPT = "privacy"
FOLDERS = ("photos", "chat/photos", "recordings", "learned", "rasa/models", KEPT)


@dataclass(frozen=True, slots=True)
class Parts:
    """databases: addresses by name, in the order of copying. var_dir: where the files are."""

    databases: Mapping[str, str]
    var_dir: Path

    def files(self) -> list[Path]:
        """All files that belong in a backup, relative to `var_dir`, sorted."""
        single = (path for pattern in FILES for path in self.var_dir.glob(pattern))
        nested = (path for folder in FOLDERS for path in (self.var_dir / folder).rglob("*"))
        found = {path.relative_to(self.var_dir) for path in (*single, *nested) if path.is_file()}
        return sorted(found)


def parts_of(settings: Settings, desk: IntegrationsSettings) -> Parts:
    """The parts of an installation.

    The desk comes before the report system: what is delivered in between is then looked for after a restore,
    instead of being missed by both. Tables that share one database are copied with the first of them.
    """
    by_name = {
        "desk": desk.desk_database,
        "backend": desk.backend_database,
        "conversations": settings.conversations_url,
        "trackers": settings.trackers_url,
    }
    first_names = {url: name for name, url in reversed(by_name.items())}
    return Parts({name: url for name, url in by_name.items() if first_names[url] == name}, settings.var_dir)
