"""One learning: the approved corrections are written, trained, measured, and put in effect if all is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.learn.figures import Figure, Measured, compared, is_worse
from bot.learn.folder import LearnedFolder
from bot.learn.hearing import Ears, read_clips
from bot.learn.hearing import figure as hearing_figure
from bot.learn.known import Example
from bot.learn.marks import Mark, MarkError, read_mark
from bot.learn.offers import Kind, Offer, Offers
from bot.store.learnings import LearnedItem, LearningStore, Outcome
from bot.store.reviews import Review, ReviewStore, State

NOTHING_LEFT = "Rien à apprendre : "


class LearningError(Exception):
    """Nothing could be learned; the message says why."""


class Trainer(Protocol):
    """Where models come from. Both raise LearningError."""

    def train(self, examples: Sequence[Path]) -> Path:
        """Return the model of the checkout and these files of examples."""
        ...

    def measure(self, model: Path, conversations: Sequence[Path]) -> Measured: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Where corrections come from and what they become.

    audio_of: the WAV of a turn, None where there is none. audio_kept: how long recordings may be kept.
    """

    reviews: ReviewStore
    learnings: LearningStore
    folder: LearnedFolder
    offers: Offers
    audio_of: Callable[[Review], bytes | None]
    audio_kept: timedelta


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run. model: the new one."""

    run: int
    figures: Sequence[Figure]
    outcome: Outcome
    model: Path | None


def offers_of(desk: Desk, reviews: Sequence[Review]) -> list[Offer]:
    """What corrections would be written as; each is also held against the others."""
    offers: list[Offer] = []
    for review, turns in zip(reviews, desk.reviews.turns_before(reviews), strict=True):
        before = []
        for turn, other in turns[:-1]:
            if other is not None:
                correction = other.correction
                before.append((correction.text, correction.intent, correction.marks))
            else:
                written = desk.offers.written(turn.text)
                before.append((written, turn.intent, _understood(written, turn.entities)))
        offers.append(
            desk.offers.offer(
                review,
                before,
                has_audio=desk.audio_of(review) is not None,
                besides=[offer.example for offer in offers],
            )
        )
    return offers


def _understood(text: str, entities: Sequence[object]) -> tuple[Mark, ...]:
    """What the model marked in an uncorrected turn, which it saw as it is written."""
    marks: list[Mark] = []
    for entity in entities:
        if isinstance(entity, dict):
            try:
                mark = read_mark({**entity, "value": "", "role": ""})
            except MarkError:
                continue
            if 0 <= mark.start < mark.end <= len(text) and (not marks or marks[-1].end <= mark.start):
                marks.append(mark)
    return tuple(marks)


def learn(
    desk: Desk,
    trainer: Trainer,
    ears: Ears,
    by: str,
    clock: Callable[[], datetime],
    tell: Callable[[str], None],
) -> Result:
    """Raises LearningError; whatever happens, callers are served as before until the caller activates."""
    n_expired = forget_expired(desk, clock())
    approved = desk.reviews.in_state(State.APPROVED, limit=None)
    offers = offers_of(desk, approved)
    useful = [offer for offer in offers if any(offer.wants(kind) for kind in Kind)]
    _refuse(desk, [offer for offer in offers if offer not in useful], clock())
    if not useful:
        raise LearningError("no approved correction is waiting")
    run = desk.learnings.begin(by, len(useful), clock())
    try:
        items = _write(desk, run, useful, clock())
        hearing = _hear(desk, ears, run, n_expired, tell)
        result = _judge(desk, trainer, run, hearing, clock, tell)
    except BaseException as error:
        desk.folder.remove_run(run)
        desk.learnings.finish(run, Outcome.FAILED, clock(), detail=type(error).__name__)
        raise
    if result.outcome is Outcome.WORSE:
        desk.folder.remove_run(run)
        return result
    desk.learnings.add_items(run, items)
    desk.folder.put_in_effect([*desk.folder.in_effect(), run])
    desk.reviews.learned([offer.review.id for offer in useful], run)
    return result


def forget_expired(desk: Desk, now: datetime) -> int:
    """Delete recordings that may not be kept any longer, with their words; returns how many tests."""
    paths = desk.learnings.expired(now)
    desk.folder.remove(paths)
    desk.learnings.forget_items(paths)
    return len({path.rpartition(".")[0] for path in paths})


def activated(desk: Desk, run: int, clock: Callable[[], datetime]) -> None:
    """New conversations are answered with what a run learned."""
    desk.learnings.finish(run, Outcome.ACTIVE, clock())


def roll_back(desk: Desk, trainer: Trainer, clock: Callable[[], datetime]) -> Path:
    """Leave the last run out and return the model without it. Raises LearningError."""
    runs = desk.folder.in_effect()
    if not runs:
        raise LearningError("nothing was learned that could be taken back")
    kept, last = runs[:-1], runs[-1]
    model = trainer.train(desk.folder.examples(kept))
    desk.folder.put_in_effect(kept)
    desk.reviews.unlearned(last)
    desk.learnings.finish(last, Outcome.ROLLED_BACK, clock())
    return model


def _write(desk: Desk, run: int, offers: Sequence[Offer], now: datetime) -> list[LearnedItem]:
    items = []
    for offer in offers:
        number, conversation = offer.review.id, offer.review.conversation_id
        if offer.wants(Kind.EXAMPLE):
            path = desk.folder.write_example(run, number, offer.example)
            items.append(LearnedItem(path, Kind.EXAMPLE, conversation))
        if offer.wants(Kind.CONVERSATION):
            channel = desk.reviews.channel(conversation)
            path = desk.folder.write_conversation(run, number, _understandable(offer.steps), channel)
            items.append(LearnedItem(path, Kind.CONVERSATION, conversation))
        wav = desk.audio_of(offer.review) if offer.wants(Kind.RECOGNITION) else None
        if wav is not None:
            paths = desk.folder.write_recognition(run, number, wav, offer.transcript)
            expires_at = now + desk.audio_kept
            items += [LearnedItem(path, Kind.RECOGNITION, conversation, expires_at) for path in paths]
    return items


def _understandable(steps: Sequence[Example]) -> list[Example]:
    """Turns that were not understood and not corrected are no expectation."""
    return [step for step in steps if step.intent not in ("", "nlu_fallback")]


def _hear(desk: Desk, ears: Ears, run: int, n_expired: int, tell: Callable[[str], None]) -> Figure | None:
    """Have all tests of hearing heard; None where there is none."""
    transcripts = desk.folder.transcripts([*desk.folder.in_effect(), run])
    if not transcripts and not n_expired:
        return None
    tell(f"listening to {len(transcripts)} tests of hearing")
    then = desk.reviews.heard([int(path.stem) for path in transcripts])
    clips = read_clips(transcripts, {str(number): text for number, text in then.items()})
    return hearing_figure(ears.hear(clips), n_expired)


def _judge(
    desk: Desk,
    trainer: Trainer,
    run: int,
    hearing: Figure | None,
    clock: Callable[[], datetime],
    tell: Callable[[str], None],
) -> Result:
    runs = desk.folder.in_effect()
    before = trainer.train(desk.folder.examples(runs))
    after = trainer.train(desk.folder.examples([*runs, run]))
    conversations = desk.folder.conversations([*runs, run])
    tell("measuring the model that serves")
    measured = trainer.measure(before, conversations)
    tell("measuring the new model")
    figures = compared(measured, trainer.measure(after, conversations) if after != before else measured)
    figures += [hearing] if hearing is not None else []
    outcome = Outcome.WORSE if is_worse(figures) else Outcome.READY
    desk.learnings.finish(
        run,
        outcome,
        clock(),
        before_model=before.name.partition(".")[0],
        after_model=after.name.partition(".")[0],
        figures=[figure.as_json() for figure in figures],
    )
    return Result(run, figures, outcome, after)


def _refuse(desk: Desk, offers: Sequence[Offer], now: datetime) -> None:
    for offer in offers:
        reasons = " ".join(dict.fromkeys(offer.refusals.values())) or "elle n'est proposée pour aucun usage."
        version = (offer.review.id, offer.review.version)
        desk.reviews.decide([version], State.REFUSED, "", now, NOTHING_LEFT + reasons)
