"""When a service is open: lunch breaks, public holidays, exceptions, days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.city import load_city
from integrations.city_models import Service
from integrations.opening_hours import PARIS, hours_on, is_open, next_opening, spans_on
from integrations.opening_hours_due import due_at
from integrations.opening_hours_holidays import public_holiday

NIMES = load_city(Path(__file__).parents[2] / "city" / "nimes")
WEEK = {"nom_jour_debut": "lundi", "nom_jour_fin": "vendredi"}
MORNING = {"valeur_heure_debut_1": "09:00:00", "valeur_heure_fin_1": "12:00:00"}
AFTERNOON = {"valeur_heure_debut_2": "14:00:00", "valeur_heure_fin_2": "17:00:00"}


def service(**fields: Any) -> Service:
    """Open from Monday to Friday, 9 to 12 and 14 to 17, unless told otherwise."""
    slots = [] if fields.get("always_open") else [{**WEEK, **MORNING, **AFTERNOON}]
    usual = {
        "code": "essai",
        "name": "Essai",
        "names": ["l'essai", "le service d'essai", "les essais"],
        "answers": ["essayer", "encore"],
        "plage_ouverture": slots,
    }
    return Service.model_validate({**usual, **fields})


def exception(first: str, last: str, **hours: str) -> dict[str, str]:
    return {"date_debut": first, "date_fin": last, "commentaire": "Inventaire", **hours}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def clock_hours(kept: Service, day: str) -> list[str]:
    return [f"{span.start:%H:%M}-{span.end:%H:%M}" for span in spans_on(kept, date.fromisoformat(day))]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24 08:59:59", False),
        ("2026-11-24 09:00", True),
        ("2026-11-24 11:59:59", True),
        ("2026-11-24 12:00", False),
        ("2026-11-24 13:30", False),
        ("2026-11-24 14:00", True),
        ("2026-11-24 17:00", False),
        ("2026-11-28 10:00", False),
    ],
)
def test_the_lunch_break_and_the_week_end_are_closed(moment: str, expected: bool) -> None:
    assert is_open(service(), at(moment)) is expected


def test_a_moment_of_another_zone_is_read_on_french_clocks() -> None:
    assert is_open(service(), datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
    assert not is_open(service(), datetime(2026, 7, 24, 6, 30, tzinfo=UTC))
    assert is_open(service(), datetime(2026, 7, 24, 7, 30, tzinfo=UTC))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        is_open(service(), datetime(2026, 11, 24, 9, 0))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-04-06", "le lundi de Pâques"),
        ("2026-05-01", "la fête du Travail"),
        ("2026-05-14", "l'Ascension"),
        ("2026-11-11", "l'Armistice"),
        ("2026-12-25", "Noël"),
        ("2026-12-26", ""),
        ("2008-05-01", "l'Ascension et la fête du Travail"),
    ],
)
def test_public_holidays_are_those_of_the_metropole(day: str, name: str) -> None:
    assert public_holiday(date.fromisoformat(day)) in {name, " et ".join(reversed(name.split(" et ")))}


def test_a_public_holiday_closes_unless_the_service_keeps_it() -> None:
    assert clock_hours(service(), "2026-11-11") == []
    assert clock_hours(service(closed_on_public_holidays=False), "2026-11-11") == [
        "09:00-12:00",
        "14:00-17:00",
    ]
    assert hours_on(service(), date(2026, 11, 11)).holiday == "l'Armistice"


def test_an_exception_closes_and_says_why() -> None:
    kept = service(exceptions=[exception("2026-11-24", "2026-11-25")])
    assert [clock_hours(kept, f"2026-11-{day}") for day in (23, 24, 25)] == [
        ["09:00-12:00", "14:00-17:00"],
        [],
        [],
    ]
    assert hours_on(kept, date(2026, 11, 24)).reason == "Inventaire"


def test_a_short_exception_opens_a_sunday_or_a_public_holiday() -> None:
    kept = service(exceptions=[exception("2026-11-11", "2026-11-11", **MORNING)])
    assert clock_hours(kept, "2026-11-11") == ["09:00-12:00"]
    sunday = service(exceptions=[exception("2026-12-20", "2026-12-20", **MORNING)])
    assert clock_hours(sunday, "2026-12-20") == ["09:00-12:00"]


def test_summer_hours_change_the_open_days_only() -> None:
    summer = exception(
        "2026-07-01", "2026-08-31", valeur_heure_debut_1="08:00:00", valeur_heure_fin_1="13:00:00"
    )
    kept = service(exceptions=[summer])
    assert clock_hours(kept, "2026-07-15") == ["08:00-13:00"]
    assert clock_hours(kept, "2026-07-14") == []
    assert clock_hours(kept, "2026-07-19") == []


def test_of_two_exceptions_the_shorter_one_counts() -> None:
    summer = exception("2026-07-01", "2026-08-31", **MORNING)
    closed = exception("2026-08-03", "2026-08-07")
    assert clock_hours(service(exceptions=[summer, closed]), "2026-08-05") == []


def test_a_service_that_is_always_open_has_no_next_opening() -> None:
    kept = service(always_open=True, closed_on_public_holidays=False)
    assert is_open(kept, at("2026-12-25 03:00"))
    assert next_opening(kept, at("2026-12-25 03:00")) is None


def test_the_last_minute_of_a_day_is_its_end() -> None:
    late = {**WEEK, "valeur_heure_debut_1": "20:00:00", "valeur_heure_fin_1": "23:59:00"}
    kept = service(plage_ouverture=[late])
    assert is_open(kept, at("2026-11-24 23:59:30"))
    assert not is_open(kept, at("2026-11-25 00:00"))


def test_hours_that_overlap_are_one() -> None:
    wednesday = {"nom_jour_debut": "mercredi", "nom_jour_fin": "mercredi"}
    wide = {**wednesday, "valeur_heure_debut_1": "11:00:00", "valeur_heure_fin_1": "15:00:00"}
    kept = service(plage_ouverture=[{**WEEK, **MORNING, **AFTERNOON}, wide])
    assert clock_hours(kept, "2026-11-25") == ["09:00-17:00"]
    assert clock_hours(kept, "2026-11-26") == ["09:00-12:00", "14:00-17:00"]


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-24 08:00", "2026-11-24 09:00"),
        ("2026-11-24 09:00", "2026-11-24 14:00"),
        ("2026-11-24 12:30", "2026-11-24 14:00"),
        ("2026-11-27 17:00", "2026-11-30 09:00"),
        ("2026-11-10 18:00", "2026-11-12 09:00"),
        ("2026-12-31 18:00", "2027-01-04 09:00"),
    ],
)
def test_the_next_opening_skips_nights_week_ends_and_public_holidays(moment: str, opening: str) -> None:
    assert next_opening(service(), at(moment)) == at(opening)


def test_a_service_closed_for_good_never_opens() -> None:
    closed = service(exceptions=[exception("2026-01-01", "2030-12-31")])
    assert next_opening(closed, at("2026-11-24 10:00")) is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24 09:00", "2026-11-24 15:00"),
        ("2026-11-24 08:00", "2026-11-24 15:00"),
        ("2026-11-24 16:00", "2026-11-25 12:00"),
        ("2026-11-27 16:30", "2026-11-30 14:30"),
        ("2026-12-24 16:00", "2026-12-28 12:00"),
    ],
)
def test_four_working_hours_are_counted_while_somebody_is_there(now: str, due: str) -> None:
    assert due_at(service(), at(now)) == at(due)


def test_working_hours_are_real_hours_when_clocks_change() -> None:
    kept = service(always_open=True, closed_on_public_holidays=False)
    for evening in ("2026-10-24 23:00", "2026-03-28 23:00"):
        now = at(evening)
        assert due_at(kept, now).astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=4)
    assert due_at(kept, at("2026-10-24 23:00")) == at("2026-10-25 02:00").replace(fold=1)


def test_what_is_promised_for_a_service_closed_for_good_is_still_due() -> None:
    closed = service(exceptions=[exception("2026-01-01", "2030-12-31")])
    assert due_at(closed, at("2026-11-24 10:00"), working_hours=2) == at("2026-11-24 12:00")


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


@settings(deadline=None)
@given(moment=MOMENTS, code=st.sampled_from(sorted(NIMES.services)))
def test_a_service_of_the_city_is_open_from_its_next_opening_and_was_not_just_before(
    moment: datetime, code: str
) -> None:
    kept = NIMES.services[code]
    opening = next_opening(kept, moment)
    if kept.always_open:
        assert opening is None
        return
    assert opening is not None
    assert opening > moment
    assert is_open(kept, opening)
    assert not is_open(kept, opening.astimezone(UTC) - timedelta(minutes=1))


@settings(deadline=None)
@given(moment=MOMENTS, code=st.sampled_from(sorted(NIMES.services)))
def test_a_promise_falls_due_while_the_service_is_open(moment: datetime, code: str) -> None:
    due = due_at(NIMES.services[code], moment)
    assert due >= moment + timedelta(hours=4)
    assert is_open(NIMES.services[code], due.astimezone(UTC) - timedelta(seconds=1))
