"""A desk at which corrections are learned, with a trainer and ears whose work is known beforehand."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.evaluate.understanding import Turn as Understood
from bot.learn.figures import EMERGENCY, Measured
from bot.learn.folder import LearnedFolder
from bot.learn.hearing import Clip, Heard, Hearing
from bot.learn.known import Example, KnownExamples
from bot.learn.offers import Offers
from bot.learn.played import Played
from bot.learn.pseudonyms import Names, Pseudonyms
from bot.learn.run import Desk, learn
from bot.store.conversations import MIGRATIONS
from bot.store.learnings import LearningStore, Outcome
from bot.store.models import Conversation, Turn
from bot.store.reviews import Correction, ReviewStore, State
from integrations.database import migrate, open_database

NOW = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
TURNS = ("y a un tour", "je suis madame roux", "c'est fermé le dimanche", "oui")
INTENTS = ("ask_procedure", "out_of_scope", "affirm", EMERGENCY)
KNOWN = KnownExamples([Example("affirm", "oui")], ["c est ferme le dimanche"])


class FakeTrainer:
    """A model is named after its examples; `mistakes` are the intents it gets wrong with any."""

    def __init__(self) -> None:
        self.mistakes: set[str] = set()
        self.measured: list[str] = []

    def train(self, examples: Sequence[Path]) -> Path:
        return Path("+".join(path.stem for path in examples) or "base").with_suffix(".tar.gz")

    def measure(self, model: Path, conversations: Sequence[Path]) -> Measured:
        self.measured.append(model.name)
        wrong = self.mistakes if model.name != "base.tar.gz" else set()
        turns = [understood(intent, "inform" if intent in wrong else intent) for intent in INTENTS]
        played = [Played(path.stem, (("affirm",),), (("affirm",),)) for path in conversations]
        return Measured(turns, turns, turns, turns[-1:], turns[:-1], played)


def understood(wanted: str, found: str) -> Understood:
    """One turn of the evaluation: the intent that was meant, and the one found."""
    return Understood(wanted, found, 0.9, (), (), ((0, 3),), 1.0)


def wav() -> bytes:
    """10 ms of silence, 16 kHz."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\0\0" * 160)
    return content.getvalue()


def learning_desk(folder: Path) -> Desk:
    """A desk whose database, in `folder`, knows one call."""
    engine = open_database(f"sqlite:///{folder / 'conversations.db'}")
    migrate(engine, MIGRATIONS)
    with Session(engine) as session, session.begin():
        session.add(Conversation(id="call-1", channel="phone", started_at=NOW))
        session.flush()
        for position, text in enumerate(TURNS):
            session.add(
                Turn(
                    id=position + 1,
                    conversation_id="call-1",
                    position=position,
                    speaker="caller",
                    text=text,
                    start_ms=0,
                    end_ms=900,
                    intent="inform",
                    entities=[],
                )
            )
    pseudonyms = Pseudonyms(lambda text: [], Names(("léa",), ("diallo", "petit")))
    return Desk(
        ReviewStore(engine),
        LearningStore(engine),
        LearnedFolder(folder / "learned"),
        Offers(pseudonyms, KNOWN, lambda text: text),
        lambda review: wav(),
        timedelta(days=30),
    )


def approve(desk: Desk, turn_id: int, correction: Correction) -> None:
    """Correct a turn and have that approved."""
    review = desk.reviews.save(turn_id, 0, correction, "zoe", NOW)
    desk.reviews.decide([(review.id, review.version)], State.APPROVED, "said", NOW)


class FakeEars:
    """Hears the same in everything that is there."""

    def hear(self, clips: Sequence[Clip]) -> Hearing:
        return Hearing(
            "ears", [Heard(clip, "il y a un tour" if clip.wav.exists() else None) for clip in clips]
        )


def run(desk: Desk, trainer: FakeTrainer, now: datetime = NOW) -> Outcome:
    """Learn what was approved."""
    return learn(desk, trainer, FakeEars(), "said", lambda: now, lambda line: None).outcome
