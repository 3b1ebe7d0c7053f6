"""What the city steers: when it applies, how versions follow each other, what may be reworded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text

from bot.console.steering_desk import SteeringDesk
from bot.console.steering_words import differences
from integrations.city import City, load_city
from integrations.database import migrate, open_database, writing
from integrations.messages import Message, MessageCatalogue, load_messages
from integrations.messages_edit import faults, is_protected, with_edits
from integrations.opening_hours import is_open
from integrations.opening_hours_answer import answer
from integrations.opening_hours_due import due_at
from integrations.opening_hours_when import Now
from integrations.spoken_hours import sentence
from integrations.steering import Closure, DayHours, MessageEdit, Notice, OpeningSwitch, Steering, draw_of
from integrations.steering_reader import FRESH_S, CityNow, with_closures
from integrations.steering_store import (
    UNCHANGED,
    SteeringConflictError,
    SteeringDamagedError,
    SteeringStore,
)
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database

CITY = Path("city/nimes")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
# A Wednesday, on which the reception is open.
MORNING = datetime.fromisoformat("2026-11-25T10:00:00+01:00")
HOUR = timedelta(hours=1)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SteeringStore]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield SteeringStore(engine)
        engine.dispose()


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(CITY)


@pytest.fixture(scope="module")
def catalogue() -> MessageCatalogue:
    return load_messages(CITY)


def saying(words: str) -> Steering:
    return Steering(announcement=Notice(text=words))


def closed(service: str = "accueil", start: datetime = MORNING, hours: int = 1) -> Closure:
    return Closure(service=service, starts_at=start, ends_at=start + hours * HOUR, reason="Travaux")


def test_a_notice_is_told_between_its_moments() -> None:
    notice = Notice(text="Le marché est annulé.", starts_at=NOW, ends_at=NOW + HOUR)
    assert [notice.is_due(NOW + delta * HOUR) for delta in (-1, 0, 0.99, 1)] == [False, True, True, False]
    assert Notice(text="Toujours.").is_due(NOW)
    with pytest.raises(ValidationError):
        Notice(text="À l'envers.", starts_at=NOW, ends_at=NOW)


def test_hours_may_go_on_over_midnight() -> None:
    night = DayHours(start=time(18), end=time(8, 30))
    switch = OpeningSwitch(days=(night, None, DayHours(start=time(9), end=time(12)), None, None, None, None))
    monday = datetime(2026, 11, 23)
    at = [(0, 17), (0, 18), (1, 8), (1, 9), (1, 18), (2, 8), (2, 9), (2, 12), (6, 23)]
    taken = [switch.is_within_hours(monday + timedelta(days=day, hours=hour)) for day, hour in at]
    assert taken == [False, True, True, False, False, False, True, False, False]
    assert OpeningSwitch().is_within_hours(monday)


def test_the_share_of_calls_follows_their_names_alone() -> None:
    calls = [f"call-{n}" for n in range(4000)]
    quarter = OpeningSwitch(share_percent=25)
    taken = [call for call in calls if quarter.takes(MORNING, draw_of(call))]
    assert 0.22 < len(taken) / len(calls) < 0.28
    assert taken == [call for call in calls if quarter.takes(MORNING, draw_of(call))]
    assert all(OpeningSwitch(share_percent=50).takes(MORNING, draw_of(call)) for call in taken)
    assert not any(OpeningSwitch(share_percent=0).takes(MORNING, draw_of(call)) for call in calls)
    assert all(OpeningSwitch().takes(MORNING, draw_of(call)) for call in calls)


def test_versions_are_kept_with_who_and_when(store: SteeringStore) -> None:
    assert store.current() == UNCHANGED
    first = store.save(saying("Une."), 0, "saïd", "Annonce", NOW)
    second = store.save(saying("Deux."), first.id, "ada", "Annonce", NOW + HOUR)
    assert (store.newest_id(), store.current()) == (2, second)
    assert [(each.login, each.at) for each in store.newest(5)] == [("ada", NOW + HOUR), ("saïd", NOW)]
    assert store.newest(5, before=2) == [first]
    assert store.get(1) == first
    assert store.get(0) == UNCHANGED
    assert store.get(9) is None


def test_who_comes_second_sees_a_conflict(store: SteeringStore) -> None:
    store.save(saying("Une."), 0, "saïd", "Annonce", NOW)
    with pytest.raises(SteeringConflictError) as found:
        store.save(saying("Une autre."), 0, "ada", "Annonce", NOW)
    assert found.value.current.login == "saïd"


def test_two_people_may_change_different_parts(store: SteeringStore, catalogue: MessageCatalogue) -> None:
    desk = SteeringDesk(store, catalogue)
    banner = Notice(text="Alerte.")

    def say(words: str) -> None:
        desk.change(
            0, lambda s: s.announcement, lambda s: s.but(announcement=Notice(text=words)), "", "said", NOW
        )

    say("Une.")
    desk.change(0, lambda s: s.banner, lambda s: s.but(banner=banner), "Message", "ada", NOW)
    assert store.current().steering == saying("Une.").but(banner=banner)
    with pytest.raises(SteeringConflictError):
        say("Deux.")


def test_saving_what_is_there_makes_no_version(store: SteeringStore, catalogue: MessageCatalogue) -> None:
    desk = SteeringDesk(store, catalogue)
    assert desk.change(0, lambda s: s.banner, lambda s: s.but(banner=None), "", "ada", NOW) == UNCHANGED
    assert store.newest_id() == 0


def test_a_version_that_cannot_be_read_is_said_to_be(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    store = SteeringStore(engine)
    store.save(saying("Une."), 0, "saïd", "", NOW)
    with writing(engine) as session:
        session.execute(text("UPDATE steering_versions SET document = '{\"later\": 1}'"))
    with pytest.raises(SteeringDamagedError):
        store.current()


def test_a_closed_service_is_not_open(city: City) -> None:
    reception = city.services["accueil"]
    assert is_open(reception, MORNING)
    shut = with_closures(city, Steering(closures=(closed(),))).services["accueil"]
    assert not is_open(shut, MORNING)
    assert is_open(shut, MORNING + HOUR)
    assert is_open(shut, MORNING - timedelta(minutes=1))
    assert due_at(shut, MORNING) == due_at(reception, MORNING + HOUR)


def test_a_closure_is_told_with_its_reason(city: City) -> None:
    shut = with_closures(city, Steering(closures=(closed(),))).services["accueil"]
    told = sentence(answer(shut, Now(), MORNING))
    assert told.startswith("Le service est fermé : travaux. Il rouvre à 11 heures.")
    days = with_closures(city, Steering(closures=(closed(hours=48),))).services["accueil"]
    told = sentence(answer(days, Now(), MORNING + 20 * HOUR))
    assert told.startswith("Le service est fermé : travaux. Il rouvre")


async def test_other_processes_know_of_closures_and_outlive_the_database(tmp_path: Path, city: City) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    now_s = 0.0
    known = CityNow(city, SteeringStore(engine), lambda: now_s)

    async def is_closed() -> bool:
        return bool((await known.city()).services["accueil"].closures)

    assert not await is_closed()
    SteeringStore(engine).save(Steering(closures=(closed(),)), 0, "saïd", "", NOW)
    assert not await is_closed()
    now_s += FRESH_S
    assert await is_closed()
    _break(engine)
    now_s += FRESH_S
    assert await is_closed()


def _break(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("DROP TABLE steering_versions"))


PLACE = Message(
    voice=("Où est {problem} ?", "À quelle adresse ?"), chat=("Adresse ?", "Où ?"), expect="address"
)
DANGER = Message(voice=("Appelez tout de suite le {number}.",), chat=("Appelez le {number}.",), expect="none")
OPENING = Message(voice=("Bonjour, je suis un assistant automatique.",), expect="none")


def edited(*voice: str, chat: tuple[str, ...] = ()) -> MessageEdit:
    return MessageEdit(voice=voice, chat=chat)


@pytest.mark.parametrize(
    ("name", "message", "edit", "fault"),
    [
        ("utter_place", PLACE, edited("Et {problem} ?", "Où donc ?", chat=("A ?", "B ?")), ""),
        ("utter_place", PLACE, edited("Où donc ?", "Où ?", chat=("A ?", "B ?")), "il manque {problem}"),
        ("utter_place", PLACE, edited("Et {problem} ?", "{x} ?", chat=("A ?", "B ?")), "{x} n'existe pas"),
        ("utter_place", PLACE, edited("Et {problem} ?", "Où, {problem} ?", chat=("A ?", "B ?")), "aucun mot"),
        ("utter_place", PLACE, edited("Et {problem ?", chat=("A ?", "B ?")), "accolade"),
        ("utter_place", PLACE, edited("Et {problem} ?", "Où ?"), "À l'écran : écrivez"),
        ("utter_place", PLACE, edited(chat=("A ?", "B ?")), "À la voix : écrivez"),
        ("utter_place", PLACE, edited("x" * 301, chat=("A ?", "B ?")), "301 caractères"),
        ("call_emergency", DANGER, edited("Faites le {number}.", chat=("Le {number}.",)), ""),
        ("call_emergency", DANGER, edited("Sortez.", chat=("Le {number}.",)), "il manque {number}"),
        ("call_opening", OPENING, edited("Bonjour, ici un robot."), ""),
        ("call_opening", OPENING, edited("Bonjour, je suis Léa."), "qu'une machine répond"),
        ("call_opening", OPENING, edited(), "écrivez au moins une phrase"),
    ],
)
def test_other_words_must_fit(name: str, message: Message, edit: MessageEdit, fault: str) -> None:
    found = " ".join(faults(name, message, edit))
    assert fault in found
    assert bool(fault) == bool(found)


def test_numbers_to_call_cannot_be_reworded_away(catalogue: MessageCatalogue) -> None:
    fire = catalogue.messages["call_emergency_fire"]
    chat = ("Appelez le 18. Par SMS : 114.",)
    assert faults("call_emergency_fire", fire, edited("Le feu ? Appelez le 18.", chat=chat)) == []
    assert "doit donner 18" in faults("call_emergency_fire", fire, edited("Le feu ? Sortez.", chat=chat))[0]


def test_legal_and_emergency_sentences_are_protected(catalogue: MessageCatalogue) -> None:
    protected = {name for name, message in catalogue.messages.items() if is_protected(name, message)}
    assert {"call_opening", "call_emergency", "call_emergency_gas"} <= protected
    assert {"call_machine_lost", "call_machine_passed_on"} <= protected
    assert "utter_greet" not in protected


def test_what_does_not_fit_any_more_is_left_out() -> None:
    city = MessageCatalogue({"utter_place": PLACE, "call_opening": OPENING})
    edits = {
        "utter_place": edited("Où donc ?"),
        "utter_gone": edited("Oui."),
        "call_opening": edited("Un robot."),
    }
    assert with_edits(city, edits).messages == {
        "utter_place": PLACE,
        "call_opening": OPENING.model_copy(update={"voice": ("Un robot.",)}),
    }


def test_what_changed_is_put_into_words(city: City, catalogue: MessageCatalogue) -> None:
    after = saying("Le marché est annulé.").but(
        closures=(closed(),), texts={"utter_you_are_welcome": edited("Je vous en prie, madame, monsieur.")}
    )
    told = {each.title: (each.before, each.after) for each in differences(Steering(), after, city, catalogue)}
    assert told["Annonce du jour"] == ("aucun", "« Le marché est annulé. »")
    assert told["Fermetures"][1].endswith("du 25/11/2026 10:00 au 25/11/2026 11:00 (Travaux)")
    assert told["Phrase utter_you_are_welcome, à la voix"][1] == "Je vous en prie, madame, monsieur."
    assert len(told) == 3
