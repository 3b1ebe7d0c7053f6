"""How a model's answers are counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.evaluate.table import Results, render
from bot.evaluate.understanding import (
    Entity,
    Score,
    Turn,
    confusions,
    entity_scores_by_word,
    entity_scores_whole,
    fallback_share,
    intent_accuracy,
    intent_scores,
    latencies_ms,
    read_turns,
    total,
    value_accuracy,
)


def turn(intent: str, found: str, entities: str = "", found_entities: str = "", took_ms: float = 1.0) -> Turn:
    """A sentence of four words of one letter; "street:0-3" names the first two of them."""
    tokens = ((0, 1), (2, 3), (4, 5), (6, 7))
    return Turn(intent, found, 0.9, _entities(entities), _entities(found_entities), tokens, took_ms)


def _entities(text: str) -> tuple[Entity, ...]:
    entities = []
    for part in text.split():
        name, _, place = part.partition(":")
        place, _, value = place.partition("=")
        start, _, end = place.partition("-")
        entities.append(Entity(name, int(start), int(end), value))
    return tuple(entities)


def test_intents_are_counted_and_a_fallback_is_wrong() -> None:
    turns = [
        turn("deny", "deny"),
        turn("deny", "nlu_fallback"),
        turn("affirm", "deny"),
        turn("affirm", "deny"),
    ]
    assert intent_accuracy(turns) == 0.25
    assert fallback_share(turns) == 0.25
    assert intent_scores(turns) == {"affirm": Score(2, 0, 0), "deny": Score(2, 3, 1)}
    assert confusions(turns) == [("affirm", "deny", 2), ("deny", "nlu_fallback", 1)]


def test_an_entity_that_is_too_short_counts_by_word_but_not_as_a_whole() -> None:
    turns = [turn("inform", "inform", "street:0-5 date:6-7", "street:0-3 time:6-7")]
    assert entity_scores_by_word(turns) == {
        "date": Score(1, 0, 0),
        "street": Score(3, 2, 2),
        "time": Score(0, 1, 0),
    }
    assert total(entity_scores_whole(turns)) == Score(2, 2, 0)


def test_values_are_compared_where_the_place_is_right() -> None:
    name = "procedure_aspect"
    turns = [
        turn("x", "x", f"{name}:0-1=price", f"{name}:0-1=price"),
        turn("x", "x", f"{name}:0-1=price", f"{name}:0-1=combien"),
        turn("x", "x", f"{name}:0-1=price", f"{name}:0-3=combien"),
    ]
    assert value_accuracy(turns, name) == 0.5
    assert value_accuracy([], name) == 0.0


def test_scores() -> None:
    score = Score(wanted=8, found=4, right=3)
    assert (score.precision, score.recall, score.f1) == (0.75, 0.375, 0.5)
    nothing = Score(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)


def test_times() -> None:
    median_ms, p95_ms = latencies_ms([turn("x", "x", took_ms=ms) for ms in range(1, 101)])
    assert median_ms == 50.5
    assert p95_ms == pytest.approx(95.95)


def test_what_the_rasa_environment_wrote_is_read() -> None:
    found = {"entity": "street", "start": 2, "end": 3, "value": "b"}
    row = {
        "intent": "inform",
        "found_intent": "deny",
        "confidence": 0.5,
        "entities": [],
        "found_entities": [found],
        "tokens": [[0, 1], [2, 3]],
        "took_ms": 2.0,
        "said_hash": "ab",
        "is_tuned_on": False,
    }
    turn_read = Turn("inform", "deny", 0.5, (), (Entity("street", 2, 3, "b"),), ((0, 1), (2, 3)), 2.0)
    assert read_turns([row]) == (turn_read,)
    assert read_turns([{**row, "is_tuned_on": True}]) == (replace(turn_read, is_tuned_on=True),)
    assert read_turns([row], {"ab"}) == (replace(turn_read, is_trained=True),)


def test_the_table_shows_everything() -> None:
    turns = (turn("inform", "inform", "street:0-3", "street:0-3"), turn("affirm", "deny"))
    nonsense = (turn("nlu_fallback", "out_of_scope"), turn("nlu_fallback", "deny"))
    text = render(Results(turns, nonsense, {}, trained_s=None, load_s=3.2))
    assert "| intents: accuracy on 2 sentences | 50.0 % | 92 % |" in text
    assert "| words without meaning: not taken for a wish, of 2 | 1 |  |" in text
    assert "| street | 1 | 100.0 % | 100.0 % | 100.0 % | 100.0 % |" in text
    assert "| affirm | deny | 1 |" in text
