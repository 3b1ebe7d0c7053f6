"""The dashboard's parts on how well the machine did: latencies, confidence, what callers thought. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.console.charts import bar_chart, column_chart, share, spread_chart, whole
from bot.console.dashboard_parts import Cell, Part, Table, percent, total
from bot.console.dashboard_view import Span
from bot.console.labels_dashboard import CONFIDENCES, STAGES, STAGES_TOLD
from bot.figures.buckets import percentile_ms
from bot.figures.measures import Measure

_HALF, _MOST, _NEARLY_ALL = 0.5, 0.95, 0.99


def latencies(span: Span) -> Part:
    """How long each stage took."""
    found = {stage: _percentiles_s(span.counted[stage]) for stage in STAGES}
    known = [(STAGES[stage], percentiles) for stage, percentiles in found.items() if percentiles]
    rows: list[tuple[Cell, ...]] = []
    for stage, percentiles in found.items():
        in_ms = tuple(round(1000 * each) for each in percentiles or ()) or ("", "", "")
        rows.append((STAGES[stage], total(span.counted[stage]), *in_ms))
    return Part(
        "temps",
        "Temps de réponse par étape, en secondes",
        "La moitié des mesures est plus courte que la médiane (p50) ; 95 % sont plus courtes que p95,"
        " 99 % que p99. À 5 % près.",
        spread_chart(known) if known else None,
        Table(("Étape", "Mesures", "p50 (ms)", "p95 (ms)", "p99 (ms)"), rows),
        {STAGES[stage]: STAGES_TOLD[stage] for stage in STAGES},
    )


def confidence(span: Span) -> Part:
    """How sure the machine was of what it heard."""
    words, meaning = span.counted[Measure.WORDS], span.counted[Measure.MEANING]
    turns = span.counted[Measure.TURN]
    n = total(words)
    values = [
        (f"{tenth * 10} %", f"{_tenth(tenth)} : {share(words.get(str(tenth), 0), n)}", _part(words, tenth))
        for tenth in range(10)
    ]
    rows = [
        (_tenth(tenth), *(cell for of in (words, meaning) for cell in _counted(of, tenth)))
        for tenth in range(10)
    ]
    likeliest = max(range(10), key=lambda tenth: _part(words, tenth))
    return Part(
        "confiance",
        "Confiance de la reconnaissance",
        _told_of_confidence(turns),
        column_chart(
            values,
            f"Colonnes, une par dixième de confiance. La plus haute : {_tenth(likeliest)}.",
            unit="\u00a0%",
        )
        if n
        else None,
        Table(
            (
                "Confiance",
                f"{CONFIDENCES[Measure.WORDS]} : phrases",
                "%",
                f"{CONFIDENCES[Measure.MEANING]} : phrases",
                "% ",
            ),
            rows,
        ),
    )


def satisfaction(span: Span) -> Part:
    """Which key callers pressed at the end, where they were asked."""
    counts = span.counted[Measure.RATING]
    n = total(counts)
    answers = (("Oui, aidé (touche 1)", "yes"), ("Non, pas aidé (touche 2)", "no"))
    bars = [
        (name, float(counts.get(code, 0)), f"{whole(counts.get(code, 0))} ({share(counts.get(code, 0), n)})")
        for name, code in answers
    ]
    return Part(
        "satisfaction",
        "Satisfaction en fin d'appel",
        "Touche pressée quand la question est posée avant de raccrocher ; elle s'active dans « Pilotage »."
        " Qui ne presse rien n'est pas compté.",
        bar_chart(bars) if n else None,
        Table(
            ("Réponse", "Appels", "%"),
            [(name, counts.get(code, 0), percent(counts.get(code, 0), n)) for name, code in answers],
        ),
        nothing="Aucune réponse : la question n'est pas posée, ou personne n'a pressé de touche.",
    )


def _told_of_confidence(turns: Mapping[str, int]) -> str:
    told = "Part des phrases par confiance dans les mots, de 0 à 100 %."
    n, unsure = total(turns), turns.get("unsure", 0)
    if not n:
        return told
    return (
        f"{told} {share(unsure, n)} des phrases ({whole(unsure)} sur {whole(n)}) ont été mal comprises :"
        " mots sous 50 %, sens sous 60 % ou pas compris du tout."
    )


def _percentiles_s(counts: Mapping[str, int]) -> tuple[float, float, float] | None:
    buckets = {int(bucket): n for bucket, n in counts.items()}
    half, most, nearly_all = (percentile_ms(buckets, part) for part in (_HALF, _MOST, _NEARLY_ALL))
    if half is None or most is None or nearly_all is None:
        return None
    return half / 1000, most / 1000, nearly_all / 1000


def _tenth(tenth: int) -> str:
    return f"{tenth * 10} à {tenth * 10 + 10} %"


def _part(counts: Mapping[str, int], tenth: int) -> float:
    n = total(counts)
    return 100 * counts.get(str(tenth), 0) / n if n else 0.0


def _counted(counts: Mapping[str, int], tenth: int) -> tuple[Cell, Cell]:
    n = counts.get(str(tenth), 0)
    return n, percent(n, total(counts))
