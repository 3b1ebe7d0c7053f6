"""The results as one Markdown table after another; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluate.sets import Count
from bot.evaluate.understanding import (
    FALLBACK,
    Score,
    Turn,
    confusions,
    entity_scores_by_word,
    entity_scores_whole,
    fallback_share,
    intent_accuracy,
    intent_scores,
    latencies_ms,
    total,
    value_accuracy,
)

WORST = 10


@dataclass(frozen=True)
class Results:
    """All that was measured.

    turns: of the test set. nonsense: words without a meaning. counted: per set, its counts.
    trained_s: None when the model was already there. load_s: from the archive to the first answer.
    """

    turns: tuple[Turn, ...]
    nonsense: tuple[Turn, ...]
    counted: dict[str, list[Count]]
    trained_s: float | None
    load_s: float


def render(results: Results) -> str:
    """Return everything as Markdown."""
    return "\n".join(
        [
            *_summary(results),
            "",
            *_intents(intent_scores(results.turns)),
            "",
            *_entities(entity_scores_by_word(results.turns), entity_scores_whole(results.turns)),
            "",
            *_confusions(confusions(results.turns)),
        ]
    )


def _summary(results: Results) -> list[str]:
    by_word = total(entity_scores_by_word(results.turns))
    whole = total(entity_scores_whole(results.turns))
    median_ms, p95_ms = latencies_ms(results.turns)
    not_taken = sum(turn.found_intent in (FALLBACK, "out_of_scope") for turn in results.nonsense)
    new = [turn for turn in results.turns if not turn.is_trained]
    trained = "already trained" if results.trained_s is None else f"{results.trained_s:.0f} s"
    rows = [
        (
            f"intents: accuracy on {len(results.turns)} sentences",
            _percent(intent_accuracy(results.turns)),
            "92 %",
        ),
        (
            f"intents: accuracy on the {len(new)} that are not trained word for word",
            _percent(intent_accuracy(new)),
            "",
        ),
        *_halves(results.turns),
        ("intents: sentences it did not dare to name", _percent(fallback_share(results.turns)), ""),
        ("entities: F1 by word, as `rasa test` counts", _percent(by_word.f1), "88 %"),
        ("entities: F1 of whole entities", _percent(whole.f1), ""),
        (
            "aspects of a procedure: right value",
            _percent(value_accuracy(results.turns, "procedure_aspect")),
            "",
        ),
        (f"words without meaning: not taken for a wish, of {len(results.nonsense)}", str(not_taken), ""),
        ("time to understand a sentence, median / 95 %", f"{median_ms:.0f} / {p95_ms:.0f} ms", "60 ms"),
        ("training", trained, "360 s"),
        ("loading the model", f"{results.load_s:.0f} s", ""),
        *_counted(results.counted),
    ]
    return _table(("what", "measured", "to reach"), rows)


def _halves(turns: Sequence[Turn]) -> list[tuple[str, str, str]]:
    halves = {
        "choices were made by": [turn for turn in turns if turn.is_tuned_on],
        "no choice was made by": [turn for turn in turns if not turn.is_tuned_on],
    }
    return [
        (f"intents: accuracy on the {len(half)} that {why}", _percent(intent_accuracy(half)), "")
        for why, half in halves.items()
        if half
    ]


def _counted(counted: dict[str, list[Count]]) -> list[tuple[str, str, str]]:
    return [
        (
            f"{name}: {count.what}",
            f"{count.part} of {count.whole}, {_percent(count.share)}",
            _goal(name, count),
        )
        for name, counts in counted.items()
        for count in counts
    ]


def _goal(name: str, count: Count) -> str:
    goals = {
        ("addresses", "written: right place first"): "90 %",
        ("emergencies", "dangers missed"): "0",
        ("emergencies", "false alarms"): "2 %",
        ("procedures", "right first"): "85 %",
        ("procedures", "right among three"): "95 %",
    }
    return goals.get((name, count.what), "")


def _intents(scores: dict[str, Score]) -> list[str]:
    rows = [
        (name, str(score.wanted), _percent(score.precision), _percent(score.recall), _percent(score.f1))
        for name, score in sorted(scores.items(), key=lambda item: item[1].f1)
    ]
    return _table(("intent", "sentences", "precision", "recall", "F1"), rows)


def _entities(by_word: dict[str, Score], whole: dict[str, Score]) -> list[str]:
    rows = [
        (
            name,
            str(whole[name].wanted if name in whole else 0),
            _percent(score.precision),
            _percent(score.recall),
            _percent(score.f1),
            _percent(whole[name].f1 if name in whole else 0.0),
        )
        for name, score in by_word.items()
    ]
    return _table(("entity", "wanted", "precision by word", "recall by word", "F1 by word", "F1 whole"), rows)


def _confusions(pairs: list[tuple[str, str, int]]) -> list[str]:
    rows = [(wanted, found, str(count)) for wanted, found, count in pairs[:WORST]]
    return _table(("wanted", "taken for", "times"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
