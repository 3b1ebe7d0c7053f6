"""The dashboard's part on reports, out of what the report system says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.console.charts import bar_chart, share, whole
from bot.console.dashboard_parts import Cell, Part, Table, percent
from integrations.city import City
from integrations.report_desk import ServiceFigures

NAME = "signalements"
_ELSEWHERE = "Autre"


def reports_part(figures: Sequence[ServiceFigures], city: City) -> Part:
    """Reports by category, and how many were settled within 48 hours."""
    by_category: dict[str, list[ServiceFigures]] = {}
    for each in figures:
        by_category.setdefault(_category(each, city), []).append(each)
    categories = sorted(by_category.items(), key=lambda each: (-_sum(each[1]).n, each[0]))
    bars = [(name, float(_sum(found).n), _beside(_sum(found))) for name, found in categories]
    rows: list[tuple[Cell, ...]] = []
    for name, found in categories:
        rows.append((name, "tous", *_cells(_sum(found))))
        kinds = sorted(found, key=lambda each: (-each.n, each.service_code))
        rows.extend((name, _kind(each, city), *_cells(each)) for each in kinds)
    overall = _sum(figures)
    told = "Tous canaux, doublons écartés, reçus aux dates choisies."
    if overall.n_in_time is not None and overall.n_judged:
        told += (
            f" {share(overall.n_in_time, overall.n_judged)} réglés sous 48 h ({whole(overall.n_in_time)} sur"
            f" {whole(overall.n_judged)} jugés : réglés, ou ouverts depuis plus de 48 h ; un signalement"
            " rouvert n'est pas réglé). À droite de chaque barre : reçus, et part réglée sous 48 h."
        )
    elif overall.n_judged is None:
        told += " Le système de la ville (Open311) ne dit pas quand un signalement a été réglé."
    return Part(
        NAME,
        "Signalements par catégorie",
        told,
        bar_chart(bars) if overall.n else None,
        Table(("Catégorie", "Type", "Reçus", "Clos", "Jugés", "Réglés sous 48 h", "%"), rows),
    )


def _sum(figures: Sequence[ServiceFigures]) -> ServiceFigures:
    is_timed = all(each.n_judged is not None for each in figures)
    return ServiceFigures(
        "",
        sum(each.n for each in figures),
        sum(each.n_settled for each in figures),
        sum(each.n_in_time or 0 for each in figures) if is_timed else None,
        sum(each.n_judged or 0 for each in figures) if is_timed else None,
    )


def _cells(figures: ServiceFigures) -> tuple[Cell, ...]:
    if figures.n_in_time is None or figures.n_judged is None:
        return figures.n, figures.n_settled, "", "", ""
    in_time, judged = figures.n_in_time, figures.n_judged
    return figures.n, figures.n_settled, judged, in_time, percent(in_time, judged)


def _beside(figures: ServiceFigures) -> str:
    if figures.n_in_time is None or not figures.n_judged:
        return f"{whole(figures.n)} ({whole(figures.n_settled)} clos)"
    return f"{whole(figures.n)} ({share(figures.n_in_time, figures.n_judged)})"


def _category(figures: ServiceFigures, city: City) -> str:
    problem = city.problem_types.get(figures.service_code)
    return city.categories[problem.category] if problem else _ELSEWHERE


def _kind(figures: ServiceFigures, city: City) -> str:
    problem = city.problem_types.get(figures.service_code)
    return problem.name if problem else figures.service_code
