"""Counts the conversations of one day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.figures.buckets import bucket_of, tenth_of
from bot.figures.measures import Counts, Fate, Measure
from bot.store.conversation_facts import is_unsure

STAGES = (Measure.RECOGNITION, Measure.DIALOGUE, Measure.SYNTHESIS, Measure.SILENCE)
_LEFT = frozenset({"caller_hung_up", "left"})
_NO_WISH = frozenset({"", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class CountedTurn:
    """What counts of one turn; fields as in `bot.store.models.Turn`, durations in ms."""

    speaker: str
    intent: str
    intent_confidence: float | None
    confidence: float | None
    procedure: str
    recognition_ms: int | None
    dialogue_ms: int | None
    synthesis_ms: int | None
    silence_ms: int | None

    @property
    def is_unsure(self) -> bool:
        return is_unsure(self.intent, self.intent_confidence, self.confidence)


@dataclass(frozen=True, slots=True)
class CountedConversation:
    """What counts of one conversation; fields as in `bot.store.models.Conversation`, turns in order."""

    id: str
    channel: str
    started_at: datetime
    has_ended: bool
    outcome: str
    intent: str
    is_emergency: bool
    was_transferred: bool
    is_satisfied: bool | None
    turns: Sequence[CountedTurn]

    @property
    def said(self) -> tuple[CountedTurn, ...]:
        """The caller's turns."""
        return tuple(turn for turn in self.turns if turn.speaker == "caller")


@dataclass(frozen=True, slots=True)
class LeftWithDesk:
    """Conversations, by id, that a person is to call back, and those that broke off amid a report."""

    callbacks: Collection[str] = frozenset()
    broken_off: Collection[str] = frozenset()


def count_day(
    conversations: Iterable[CountedConversation], desk: LeftWithDesk, timezone: ZoneInfo
) -> Mapping[str, Counts]:
    """Count by channel what conversations of one day came to. A chat in which nothing was written is none."""
    counts: dict[str, dict[Measure, Counter[str]]] = {}
    for conversation in conversations:
        if conversation.channel == "chat" and not conversation.said:
            continue
        of_channel = counts.setdefault(conversation.channel, {})
        for measure, item in _occurrences(conversation, desk, timezone):
            of_channel.setdefault(measure, Counter())[item] += 1
    return counts


def fate_of(conversation: CountedConversation, desk: LeftWithDesk) -> Fate:
    """What became of a conversation; docs/console.md says the same in French."""
    outcome = conversation.outcome
    # First: the fallback line is a person, too, but the machine had no part in it.
    if outcome == "passed_on":
        return Fate.PASSED_ON
    if conversation.was_transferred or outcome == "transferred":
        return Fate.TRANSFERRED
    if conversation.id in desk.callbacks or outcome == "callback_requested":
        return Fate.CALLBACK
    if outcome == "voice_lost":
        return Fate.BROKEN
    if not conversation.has_ended:
        return Fate.OPEN
    return Fate.ABANDONED if _is_abandoned(conversation, desk) else Fate.HANDLED


def _is_abandoned(conversation: CountedConversation, desk: LeftWithDesk) -> bool:
    if conversation.is_emergency:
        # Whom to call was said at once; who hangs up then was helped.
        return False
    if conversation.intent in _NO_WISH:
        return True
    if conversation.outcome not in _LEFT:
        return False
    return conversation.id in desk.broken_off or _was_misunderstood(conversation.said[-1:])


def _was_misunderstood(turns: Sequence[CountedTurn]) -> bool:
    """Whether the dialogue engine made nothing of a turn, however well its words were heard."""
    return any(is_unsure(turn.intent, turn.intent_confidence, None) for turn in turns)


def _occurrences(
    conversation: CountedConversation, desk: LeftWithDesk, timezone: ZoneInfo
) -> Iterator[tuple[Measure, str]]:
    yield Measure.HOUR, f"{conversation.started_at.astimezone(timezone).hour:02}"
    yield Measure.FATE, fate_of(conversation, desk)
    yield Measure.INTENT, conversation.intent
    if conversation.is_satisfied is not None:
        yield Measure.RATING, "yes" if conversation.is_satisfied else "no"
    for procedure in {turn.procedure for turn in conversation.turns} - {""}:
        yield Measure.PROCEDURE, procedure
    for turn in conversation.turns:
        yield from _of_turn(turn)


def _of_turn(turn: CountedTurn) -> Iterator[tuple[Measure, str]]:
    took_ms = (turn.recognition_ms, turn.dialogue_ms, turn.synthesis_ms, turn.silence_ms)
    for stage, duration_ms in zip(STAGES, took_ms, strict=True):
        if duration_ms is not None:
            yield stage, str(bucket_of(duration_ms))
    if turn.speaker != "caller":
        return
    yield Measure.TURN, "unsure" if turn.is_unsure else "sure"
    if turn.confidence is not None:
        yield Measure.WORDS, str(tenth_of(turn.confidence))
    if turn.intent_confidence is not None:
        yield Measure.MEANING, str(tenth_of(turn.intent_confidence))
