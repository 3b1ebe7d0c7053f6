"""What the bot said last, to say it again: in the same words first, then in others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REPETITIONS = frozenset({"utter_repeat", "utter_slower", "utter_louder"})
# What is kept beside a sentence's placeholders: by Rasa itself, and what was expected to follow it then.
_NOT_VALUES = frozenset(
    {"utter_action", "template", "response", "text", "custom", "assistant_id", "model_id", "ahead"}
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of messages.yml and what filled its placeholders."""

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LastWords:
    """The bot's last turn.

    text: as it was said, without the lead of a repetition. custom, buttons: of its last sentence, which says
    what was expected. sentences: the names behind the text. was_repeated: it was a repetition already.
    """

    text: str
    custom: Mapping[str, Any] = field(default_factory=dict)
    buttons: Sequence[Mapping[str, Any]] = ()
    sentences: tuple[Sentence, ...] = ()
    was_repeated: bool = False


def last_words(events: Sequence[Mapping[str, Any]]) -> LastWords | None:
    """Return what the bot said in answer to the caller's last turn but one; None when it said nothing.

    events: Rasa's, oldest first; the last turn of the caller is the one that asks for repetition.
    """
    turns = _bot_turns(events)
    said = turns[1] if len(turns) > 1 else []
    if not said:
        return None
    originals = (turn for turn in turns[1:] if turn and not _is_repetition(turn[0]))
    original = next(originals, said)
    data: Mapping[str, Any] = said[-1].get("data") or {}
    return LastWords(
        text=" ".join(str(_metadata(event).get("said") or event["text"]) for event in said),
        custom=data.get("custom") or {},
        buttons=data.get("buttons") or (),
        sentences=tuple(_sentence(event) for event in original if _metadata(event).get("utter_action")),
        was_repeated=_is_repetition(said[0]),
    )


def _bot_turns(events: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """What the bot said after each turn of the caller, latest first; what came before any is the last."""
    turns: list[list[Mapping[str, Any]]] = [[]]
    for event in reversed(events):
        if event["event"] == "user":
            turns.append([])
        elif event["event"] == "bot" and event.get("text"):
            turns[-1].insert(0, event)
    return turns


def _metadata(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return event.get("metadata") or {}


def _is_repetition(event: Mapping[str, Any]) -> bool:
    return _metadata(event).get("utter_action") in REPETITIONS


def _sentence(event: Mapping[str, Any]) -> Sentence:
    metadata = _metadata(event)
    values = {key: value for key, value in metadata.items() if key not in _NOT_VALUES}
    return Sentence(str(metadata["utter_action"]), values)
