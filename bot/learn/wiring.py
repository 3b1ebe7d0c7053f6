"""Puts learning together: the only place that names where corrections, recordings and models come from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from bot.learn.clips import ClipError, cut
from bot.learn.figures import Measured
from bot.learn.first_names import FIRST_NAMES
from bot.learn.folder import LearnedFolder
from bot.learn.known import load_known
from bot.learn.measure import measure
from bot.learn.offers import Offers
from bot.learn.pseudonyms import Names, Personal, Pseudonyms
from bot.learn.run import Desk, LearningError, roll_back
from bot.privacy.keeping import Keeping
from bot.rasa_env.train import TrainingError, ensure_trained
from bot.settings import Settings
from bot.store.learnings import LearningStore
from bot.store.reviews import Review, ReviewStore
from bot.supervise.control import Supervisor
from bot.supervise.engines import serving_file
from bot.supervise.processes import rasa_python
from bot.supervise.switch import Switch, answers_a_turn, free_memory_bytes
from integrations.city import City
from integrations.personal_data import Kind, Span, find_personal, public_names
from integrations.spoken_french import normalise
from integrations.spoken_french_digits import find_reference

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ROOT / "nlu_data" / "names" / "people.txt"


class RasaTrainer:
    """Trains and measures in the Rasa environment."""

    def __init__(self, var_dir: Path) -> None:
        self._var_dir = var_dir

    def train(self, examples: Sequence[Path]) -> Path:
        """See `bot.learn.run.Trainer`."""
        try:
            return ensure_trained(ROOT, self._var_dir, rasa_python(ROOT), examples)
        except TrainingError as error:
            raise LearningError(str(error)) from error

    def measure(self, model: Path, conversations: Sequence[Path]) -> Measured:
        """See `bot.learn.run.Trainer`."""
        try:
            return measure(ROOT, self._var_dir, rasa_python(ROOT), model, conversations)
        except TrainingError as error:
            raise LearningError(str(error)) from error


class Recordings(Protocol):
    """Where recordings of calls lie: stereo WAV, the caller left, from the answer on."""

    def path(self, conversation_id: str) -> Path | None: ...


def build_desk(
    settings: Settings, city: City, database: Engine, recordings: Recordings | None = None
) -> Desk:
    """database: of the conversations, migrated. recordings: None where calls are not recorded."""
    folder = LearnedFolder(settings.var_dir.resolve() / "learned")
    known = load_known(ROOT, folder.examples(folder.in_effect()))
    return Desk(
        ReviewStore(database),
        LearningStore(database),
        folder,
        Offers(build_pseudonyms(city), known, partial(normalise, city=city)),
        partial(_clip, recordings) if recordings else _no_recording,
        timedelta(days=Keeping().audio_days),
    )


def build_pseudonyms(city: City) -> Pseudonyms:
    people = tuple(PEOPLE.read_text(encoding="utf-8").split("\n"))
    lasts = tuple(name.strip() for name in people if name.strip())
    return Pseudonyms(partial(_find, public=public_names(city)), Names(FIRST_NAMES, lasts))


def build_switch(settings: Settings) -> Switch:
    return Switch(
        settings.var_dir,
        serving_file(settings.var_dir),
        Supervisor(settings.supervisor_socket),
        answers_a_turn,
        free_memory_bytes,
        lambda: datetime.now(UTC),
    )


def _find(text: str, public: frozenset[str]) -> Iterator[Personal]:
    """What privacy masks, and references, by which a report can be found."""
    yield from find_personal(text, public=public)
    reference = find_reference(text)
    if reference is not None:
        yield Span(reference.start, reference.end, Kind.IDENTIFIER)


class DeskProvider:
    """The desk, made when it is first needed: reading all training sentences takes seconds.

    Made again when something was learned, or taken back.
    """

    def __init__(self, make: Callable[[], Desk], folder: LearnedFolder) -> None:
        self._make = make
        self._folder = folder
        self._lock = threading.Lock()
        self._made: tuple[tuple[int, ...], Desk] | None = None

    def __call__(self) -> Desk:
        in_effect = self._folder.in_effect()
        with self._lock:
            if self._made is None or self._made[0] != in_effect:
                self._made = (in_effect, self._make())
            return self._made[1]


def provide_desk(
    settings: Settings, city: City, database: Engine, recordings: Recordings | None
) -> DeskProvider:
    return DeskProvider(
        partial(build_desk, settings, city, database, recordings),
        LearnedFolder(settings.var_dir.resolve() / "learned"),
    )


def warm(desk: Callable[[], Desk]) -> None:
    """Load all that the first correction would wait for, the model that finds names among it."""
    desk()
    find_personal("bonjour")


def go_back(settings: Settings, desk: Callable[[], Desk]) -> None:
    """Take the last learning back. Raises LearningError, SwitchError."""
    model = roll_back(desk(), RasaTrainer(settings.var_dir), lambda: datetime.now(UTC))
    build_switch(settings).activate(model)


def _clip(recordings: Recordings, review: Review) -> bytes | None:
    path = recordings.path(review.conversation_id)
    if path is None:
        return None
    try:
        return cut(path, review.start_ms, review.end_ms)
    except ClipError:
        return None


def _no_recording(review: Review) -> bytes | None:
    return None
