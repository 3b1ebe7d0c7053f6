"""The dashboard's parts, out of the counts of its days. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.console.charts import bar_chart, column_chart, share, whole
from bot.console.dashboard_parts import Cell, Part, Table, Tile, percent, ranked, total
from bot.console.dashboard_query import DashboardQuery
from bot.console.labels import CHANNELS, INTENTS, named
from bot.console.labels_dashboard import FATES, FATES_TOLD, NO_INTENT
from bot.figures.measures import Counts, DayCounts, Fate, Measure, add_up

# What the machine itself took, to its end.
ANSWERED = (Fate.HANDLED, Fate.TRANSFERRED, Fate.CALLBACK, Fate.ABANDONED)
ENDED = (*ANSWERED, Fate.PASSED_ON, Fate.BROKEN)
_AT_MOST_BARS = 10
_BY_DAY, _BY_WEEK = 62, 430


@dataclass(frozen=True, slots=True)
class Span:
    """The days of the dashboard with what they came to. channels: all of each; counted: of all."""

    asked: DashboardQuery
    days: Sequence[DayCounts]
    channels: Mapping[str, Counts]
    counted: Counts

    @property
    def n(self) -> int:
        """How many conversations."""
        return total(self.counted[Measure.FATE])


def span_of(asked: DashboardQuery, days: Sequence[DayCounts]) -> Span:
    found: dict[str, list[Counts]] = {}
    for each in days:
        found.setdefault(each.channel, []).append(each.counts)
    channels = {channel: add_up(counts) for channel, counts in found.items()}
    return Span(asked, days, channels, add_up(channels.values()))


def tiles(span: Span) -> list[Tile]:
    """The figures above all others."""
    fates, ratings = span.counted[Measure.FATE], span.counted[Measure.RATING]
    ended, answered = total(fates, ENDED), total(fates, ANSWERED)
    n_open = total(fates, [Fate.OPEN])
    yes, rated = ratings.get("yes", 0), total(ratings)
    of_answered = "de celles que l'assistant a prises"
    return [
        Tile("Conversations", whole(span.n), f"dont {whole(n_open)} en cours ou interrompues"),
        Tile(
            "Prises par l'assistant",
            share(answered, ended),
            f"{whole(answered)} sur {whole(ended)} terminées",
        ),
        *(
            Tile(FATES[fate], share(fates.get(fate, 0), answered), of_answered)
            for fate in (Fate.HANDLED, Fate.TRANSFERRED, Fate.CALLBACK, Fate.ABANDONED)
        ),
        Tile("Appelants satisfaits", share(yes, rated), f"{whole(yes)} sur {whole(rated)} réponses"),
    ]


def hours(span: Span) -> Part:
    """Volumes by hour of the day."""
    by_channel = {
        channel: span.channels[channel][Measure.HOUR] for channel in CHANNELS if channel in span.channels
    }
    counts = span.counted[Measure.HOUR]
    names = [f"{hour:02}" for hour in range(24)]
    busiest = max(names, key=lambda name: counts.get(name, 0))
    values = [(f"{int(name)} h", _hour(name), counts.get(name, 0)) for name in names]
    chart = column_chart(
        [(label, f"{hour} : {whole(n)}", float(n)) for label, hour, n in values],
        f"Colonnes, une par heure. La plus haute : {_hour(busiest)}, {whole(counts.get(busiest, 0))}.",
    )
    header = ("Heure", *(CHANNELS[channel] for channel in by_channel), "Total")
    rows: list[tuple[Cell, ...]] = [
        (hour, *(of.get(name, 0) for of in by_channel.values()), n)
        for name, (_, hour, n) in zip(names, values, strict=True)
    ]
    return Part(
        "heures",
        "Conversations par heure de la journée",
        "Appels et chats, à l'heure où ils ont commencé. Un chat où rien n'a été écrit n'est pas compté.",
        chart if span.n else None,
        Table(header, rows),
    )


def volumes(span: Span) -> Part:
    """Volumes by day, by week or by month, with what became of the conversations."""
    unit, beginning = _unit(span.asked)
    found: dict[date, dict[str, int]] = {}
    day = span.asked.first
    while day <= span.asked.last:
        found.setdefault(beginning(day), {})
        day += timedelta(days=1)
    for each in span.days:
        into = found[beginning(each.day)]
        for fate, n in each.counts.get(Measure.FATE, {}).items():
            into[fate] = into.get(fate, 0) + n
    label = "%m/%y" if unit == "mois" else "%d/%m"
    values = [
        (at.strftime(label), f"{at:%d/%m/%Y} : {whole(total(fates))}", float(total(fates)))
        for at, fates in found.items()
    ]
    _, highest, most = max(values, key=lambda value: value[2])
    rows: list[tuple[Cell, ...]] = [
        (at, *(fates.get(fate, 0) for fate in Fate), total(fates)) for at, fates in found.items()
    ]
    when = {"jour": "Jour", "semaine": "Semaine du", "mois": "Mois du"}[unit]
    return Part(
        "volumes",
        f"Conversations par {unit}",
        "Les semaines commencent le lundi." if unit == "semaine" else "",
        column_chart(values, f"Colonnes, une par {unit}. La plus haute : {highest}.") if most else None,
        Table((when, *(FATES[fate] for fate in Fate), "Total"), rows),
    )


def fates(span: Span) -> Part:
    """What became of conversations."""
    counts = span.counted[Measure.FATE]
    answered, ended = total(counts, ANSWERED), total(counts, ENDED)
    shares: dict[Fate, Cell] = {}
    for fate in Fate:
        of = answered if fate in ANSWERED else ended
        shares[fate] = "" if fate is Fate.OPEN else percent(counts.get(fate, 0), of)
    bars = [
        (FATES[fate], float(counts.get(fate, 0)), _with_share(counts.get(fate, 0), answered))
        if fate in ANSWERED
        else (FATES[fate], float(counts.get(fate, 0)), whole(counts.get(fate, 0)))
        for fate in Fate
    ]
    rows: list[tuple[Cell, ...]] = [(FATES[fate], counts.get(fate, 0), shares[fate]) for fate in Fate]
    rows.append(("Prises par l'assistant", answered, percent(answered, ended)))
    return Part(
        "suites",
        "Ce que deviennent les conversations",
        "Chaque conversation est comptée une fois. Les quatre premières lignes sont celles que l'assistant a"
        " prises : leurs pourcentages font 100 ensemble. Les deux suivantes n'ont pas été prises, en"
        " pourcentage de toutes celles qui sont terminées.",
        bar_chart(bars) if span.n else None,
        Table(("Suite", "Conversations", "%"), rows),
        {FATES[fate]: FATES_TOLD[fate] for fate in Fate},
    )


def intents(span: Span) -> Part:
    """What was wanted."""
    counts = span.counted[Measure.INTENT]
    names = {code: named(INTENTS, code) if code else NO_INTENT for code in counts}
    return _ranking(
        "demandes",
        "Demandes",
        "La dernière demande comprise de chaque conversation.",
        counts,
        names,
        ("Demande", "Conversations", "%"),
    )


def procedures(span: Span, titles: Mapping[str, str]) -> Part:
    """Which procedures were asked for. titles: by code; a form of the portal may have none."""
    counts = span.counted[Measure.PROCEDURE]
    return _ranking(
        "demarches",
        "Démarches demandées",
        "Conversations où l'assistant a expliqué la démarche ; chacune peut en compter plusieurs.",
        counts,
        {code: named(titles, code) for code in counts},
        ("Démarche", "Conversations", "% des conversations"),
        of=span.n,
    )


def _ranking(
    name: str,
    title: str,
    told: str,
    counts: Mapping[str, int],
    names: Mapping[str, str],
    header: Sequence[str],
    of: int = 0,
) -> Part:
    """Bars of the most frequent, all in the table. of: what shares are of, by default all together."""
    of, found = of or total(counts), ranked(counts)
    bars = [(names[code], float(n), _with_share(n, of)) for code, n in found[:_AT_MOST_BARS]]
    rest = found[_AT_MOST_BARS:]
    if rest:
        told = f"{told} Les {_AT_MOST_BARS} plus fréquentes ; les {len(found)} sont dans le tableau."
    rows = [(names[code], n, percent(n, of)) for code, n in found]
    return Part(name, title, told, bar_chart(bars) if found else None, Table(header, rows))


def _with_share(n: int, of: int) -> str:
    return f"{whole(n)} ({share(n, of)})"


def _hour(name: str) -> str:
    return f"{int(name)} h – {int(name) + 1} h"


def _unit(asked: DashboardQuery) -> tuple[str, Callable[[date], date]]:
    """What the days are put together to, and the first day of the unit that a day belongs to."""
    if asked.n_days <= _BY_DAY:
        return "jour", lambda day: day
    if asked.n_days <= _BY_WEEK:
        return "semaine", lambda day: day - timedelta(days=day.weekday())
    return "mois", lambda day: day.replace(day=1)
