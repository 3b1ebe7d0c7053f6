"""Corrections of turns in SQL: proposed, approved or refused, learned.

Every method is one transaction and blocks: call it off the event loop. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.learn.marks import Mark, read_mark
from bot.store.models import Conversation, Turn
from bot.store.models_review import ReviewRow
from integrations.database import writing

PAGE = 50


class State(StrEnum):
    """What became of a correction."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says was really said and meant. The last three: what it is offered as."""

    text: str
    intent: str
    marks: tuple[Mark, ...] = ()
    as_example: bool = True
    as_recognition: bool = False
    as_conversation: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A correction as it was last saved; fields as in `bot.store.models_review.ReviewRow`.

    heard, guessed: the turn as the recogniser wrote it and its intent.
    """

    id: int
    conversation_id: str
    turn_id: int
    correction: Correction
    version: int
    saved_by: str
    saved_at: datetime
    state: State
    reason: str
    decided_by: str
    learning_id: int | None
    heard: str
    guessed: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ReviewedTurn:
    """One turn of a caller and its conversation, with its correction if there is one."""

    turn: Turn
    channel: str
    review: Review | None


class ConflictError(Exception):
    """Somebody else saved this correction in between. current: what they saved."""

    def __init__(self, current: Review) -> None:
        super().__init__(f"version {current.version}")
        self.current = current


class UnknownTurnError(Exception):
    """There is no such turn of a caller."""


class ReviewStore:
    """The corrections of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def turn(self, turn_id: int) -> ReviewedTurn:
        """Raises UnknownTurnError."""
        with Session(self._engine) as session:
            turn = session.get(Turn, turn_id)
            if turn is None or turn.speaker != "caller":
                raise UnknownTurnError(str(turn_id))
            channel = turn.conversation.channel
            row = _row_of(session, turn_id)
            review = _review(row, turn) if row else None
            session.expunge(turn)
            return ReviewedTurn(turn, channel, review)

    def save(self, turn_id: int, seen_version: int, correction: Correction, by: str, now: datetime) -> Review:
        """Propose a correction, or change one that is not learned yet.

        seen_version: of the correction that was on the screen, 0 for none. Raises ConflictError,
        UnknownTurnError.
        """
        with writing(self._engine) as session:
            turn = session.get(Turn, turn_id)
            if turn is None or turn.speaker != "caller":
                raise UnknownTurnError(str(turn_id))
            row = _row_of(session, turn_id)
            if row is not None and row.version != seen_version:
                raise ConflictError(_review(row, turn))
            if row is None:
                row = ReviewRow(turn_id=turn_id, conversation_id=turn.conversation_id, version=0)
                session.add(row)
            _write(row, correction)
            row.version += 1
            row.saved_by, row.saved_at = by, now
            row.state, row.reason, row.decided_by, row.decided_at = State.PROPOSED, "", "", None
            session.flush()
            return _review(row, turn)

    def decide(
        self, versions: Sequence[tuple[int, int]], state: State, by: str, now: datetime, reason: str = ""
    ) -> int:
        """Approve or refuse many; returns how many were still as they were seen.

        versions: number and version of each, as the list showed them.
        """
        n_done = 0
        with writing(self._engine) as session:
            for review_id, version in versions:
                done = session.execute(
                    update(ReviewRow)
                    .where(
                        ReviewRow.id == review_id,
                        ReviewRow.version == version,
                        ReviewRow.state != State.LEARNED,
                    )
                    .values(state=state, reason=reason, decided_by=by, decided_at=now)
                    .returning(ReviewRow.id)
                ).all()
                n_done += len(done)
        return n_done

    def learned(self, review_ids: Sequence[int], learning_id: int) -> None:
        """They are part of what the callbot was taught."""
        with writing(self._engine) as session:
            session.execute(
                update(ReviewRow)
                .where(ReviewRow.id.in_(review_ids))
                .values(state=State.LEARNED, learning_id=learning_id)
            )

    def unlearned(self, learning_id: int) -> None:
        """What was learned in one run waits for the next one again."""
        with writing(self._engine) as session:
            session.execute(
                update(ReviewRow)
                .where(ReviewRow.learning_id == learning_id)
                .values(state=State.APPROVED, learning_id=None)
            )

    def in_state(self, state: State, *, after: int = 0, limit: int | None = PAGE) -> list[Review]:
        """Corrections in the order they were first made; `after`: the last number already seen."""
        query = (
            select(ReviewRow, Turn)
            .join(Turn, Turn.id == ReviewRow.turn_id)
            .where(ReviewRow.state == state, ReviewRow.id > after)
            .order_by(ReviewRow.id)
        )
        with Session(self._engine) as session:
            return [_review(row, turn) for row, turn in session.execute(query.limit(limit))]

    def counts(self) -> dict[State, int]:
        """How many are in each state."""
        query = select(ReviewRow.state, func.count()).group_by(ReviewRow.state)
        with Session(self._engine) as session:
            found = {State(state): count for state, count in session.execute(query)}
        return {state: found.get(state, 0) for state in State}

    def turns_before(self, reviews: Sequence[Review]) -> list[list[tuple[Turn, Review | None]]]:
        """For each, what the caller said up to the corrected turn, it included, with what was corrected."""
        said: dict[str, list[tuple[Turn, Review | None]]] = {}
        ids = sorted({review.conversation_id for review in reviews})
        with Session(self._engine) as session:
            for at in range(0, len(ids), PAGE):
                query = (
                    select(Turn, ReviewRow)
                    .outerjoin(ReviewRow, ReviewRow.turn_id == Turn.id)
                    .where(Turn.conversation_id.in_(ids[at : at + PAGE]), Turn.speaker == "caller")
                    .order_by(Turn.conversation_id, Turn.position)
                )
                for turn, row in session.execute(query):
                    pair = (turn, _review(row, turn) if row else None)
                    said.setdefault(turn.conversation_id, []).append(pair)
            session.expunge_all()
        return [
            [pair for pair in said[review.conversation_id] if pair[0].id <= review.turn_id]
            for review in reviews
        ]

    def heard(self, review_ids: Sequence[int]) -> dict[int, str]:
        """What the calls had heard where people corrected, by number of the correction."""
        query = select(ReviewRow.id, Turn.text).join(Turn, Turn.id == ReviewRow.turn_id)
        with Session(self._engine) as session:
            return dict(session.execute(query.where(ReviewRow.id.in_(review_ids))).tuples().all())

    def channel(self, conversation_id: str) -> str:
        with Session(self._engine) as session:
            row = session.get(Conversation, conversation_id)
            return row.channel if row else ""


def _row_of(session: Session, turn_id: int) -> ReviewRow | None:
    return session.scalar(select(ReviewRow).where(ReviewRow.turn_id == turn_id))


def _write(row: ReviewRow, correction: Correction) -> None:
    row.text = correction.text
    row.intent = correction.intent
    row.marks = [mark.as_json() for mark in correction.marks]
    row.as_example = correction.as_example
    row.as_recognition = correction.as_recognition
    row.as_conversation = correction.as_conversation


def _review(row: ReviewRow, turn: Turn) -> Review:
    return Review(
        id=row.id,
        conversation_id=row.conversation_id,
        turn_id=row.turn_id,
        correction=Correction(
            row.text,
            row.intent,
            tuple(read_mark(mark) for mark in row.marks),
            row.as_example,
            row.as_recognition,
            row.as_conversation,
        ),
        version=row.version,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        state=State(row.state),
        reason=row.reason,
        decided_by=row.decided_by,
        learning_id=row.learning_id,
        heard=turn.text,
        guessed=turn.intent,
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
    )
