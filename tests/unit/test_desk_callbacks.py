"""The life of a call-back: due by the service's hours, claimed, tried, done, never dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.callbacks import DeskCallbacks
from integrations.city import City, load_city
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_callbacks import CallbackEventKind, callback_due_at
from integrations.desk_callbacks_work import CallbackCounts, CallbackDesk
from integrations.desk_models import CallbackState
from integrations.desk_spool import CallbackSpool
from integrations.desk_types import NewCallback
from integrations.opening_hours import PARIS
from integrations.steering_reader import CityNow
from integrations.steering_store import SteeringStore
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import MemoryBackend

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WISH = NewCallback("call-1", "+33612345678", "etat_civil", "acte de naissance", NOW + timedelta(hours=6))


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(NIMES)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine, MemoryBackend(), "NIM")


@pytest.fixture
def agents(engine: Engine) -> CallbackDesk:
    return CallbackDesk(engine)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("service", "asked", "due"),
    [
        # The registry is open 9 to 12 and 14 to 17, and on Saturdays 9 to 12.
        ("etat_civil", "2026-11-23 10:00", "2026-11-23 16:00"),
        ("etat_civil", "2026-11-27 16:00", "2026-11-28 12:00"),
        ("etat_civil", "2026-11-22 20:00", "2026-11-23 15:00"),
        # 1 January is a Friday and a public holiday.
        ("accueil", "2026-12-31 17:00", "2027-01-04 12:00"),
        # Clocks go back in the night: the promise stays at an hour when somebody is there.
        ("accueil", "2026-10-24 23:00", "2026-10-26 12:30"),
        ("no_such_service", "2026-11-23 10:00", "2026-11-23 14:00"),
    ],
)
def test_a_call_back_is_due_after_four_hours_with_somebody_there(
    city: City, service: str, asked: str, due: str
) -> None:
    assert callback_due_at(city, service, paris(asked)) == paris(due)


async def test_an_agent_claims_it_and_says_what_came_of_it(desk: Desk, agents: CallbackDesk) -> None:
    reference = await desk.request_callback(WISH, NOW)
    claimed_at, done_at = NOW + timedelta(hours=1), NOW + timedelta(hours=2)

    assert await agents.claim(reference, "Amina", claimed_at)
    assert await agents.claim(reference, "Amina", claimed_at)
    assert not await agents.claim(reference, "Bruno", claimed_at)
    assert not await agents.finish(reference, "Bruno", "fait", done_at)
    assert await agents.finish(reference, "Amina", "L'acte est parti par la poste.", done_at)

    (callback,) = await agents.done(since=NOW)
    assert (callback.state, callback.claimed_by, callback.closed_at) == (CallbackState.DONE, "Amina", done_at)
    assert await agents.waiting() == []
    assert not await agents.claim(reference, "Bruno", done_at)
    events = await agents.events(reference)
    assert [(event.kind, event.author, event.note) for event in events] == [
        (CallbackEventKind.REQUESTED, "", ""),
        (CallbackEventKind.CLAIMED, "Amina", ""),
        (CallbackEventKind.DONE, "Amina", "L'acte est parti par la poste."),
    ]


async def test_none_is_closed_without_a_word(desk: Desk, agents: CallbackDesk) -> None:
    reference = await desk.request_callback(WISH, NOW)
    assert await agents.claim(reference, "Amina", NOW)
    with pytest.raises(ValueError, match="note"):
        await agents.finish(reference, "Amina", "  ", NOW)
    with pytest.raises(ValueError, match="name"):
        await agents.claim(reference, " ", NOW)
    assert [callback.reference for callback in await agents.waiting()] == [reference]


async def test_nobody_reached_means_that_it_waits_again(desk: Desk, agents: CallbackDesk) -> None:
    reference = await desk.request_callback(WISH, NOW)
    tomorrow = NOW + timedelta(days=1)
    assert not await agents.tried(reference, "Amina", "répondeur", tomorrow, NOW)
    assert await agents.claim(reference, "Amina", NOW)
    assert await agents.tried(reference, "Amina", "répondeur", tomorrow, NOW)

    (callback,) = await agents.waiting()
    assert (callback.state, callback.claimed_by, callback.due_at) == (CallbackState.OPEN, "", tomorrow)
    assert await agents.claim(reference, "Bruno", NOW)
    assert await agents.release(reference, "Bruno", "pas mon service", NOW)
    assert not await agents.release(reference, "Bruno", "", NOW)


async def test_a_claim_that_was_left_lying_can_be_taken_over(desk: Desk, agents: CallbackDesk) -> None:
    reference = await desk.request_callback(WISH, NOW)
    assert await agents.claim(reference, "Amina", NOW)
    assert not await agents.claim(reference, "Bruno", NOW + timedelta(hours=3, minutes=59))
    assert await agents.claim(reference, "Bruno", NOW + timedelta(hours=4))
    assert not await agents.finish(reference, "Amina", "fait", NOW + timedelta(hours=5))


async def test_the_most_urgent_comes_first_and_late_ones_are_counted(
    desk: Desk, agents: CallbackDesk
) -> None:
    late = replace(WISH, conversation_id="call-2", due_at=NOW - timedelta(hours=1))
    references = [await desk.request_callback(wish, NOW) for wish in (WISH, late)]
    assert await agents.claim(references[1], "Amina", NOW)

    waiting = await agents.waiting(service="etat_civil")
    assert [callback.reference for callback in waiting] == references[::-1]
    assert [callback.is_overdue(NOW) for callback in waiting] == [True, False]
    assert await agents.waiting(service="voirie") == []
    assert await agents.counts(NOW) == CallbackCounts(open=1, claimed=1, overdue=1)


async def test_the_same_wish_is_one_call_back(desk: Desk, agents: CallbackDesk) -> None:
    reference = await desk.request_callback(WISH, NOW)
    sooner = replace(WISH, reason="c'est urgent", due_at=NOW + timedelta(hours=1))
    assert await desk.request_callback(sooner, NOW) == reference
    assert await desk.request_callback(WISH, NOW) == reference
    callback = await agents.get(reference)
    assert callback is not None
    assert (callback.reason, callback.due_at) == ("acte de naissance\nc'est urgent", sooner.due_at)

    assert await desk.request_callback(replace(WISH, service="voirie"), NOW) != reference
    assert await desk.request_callback(replace(WISH, phone="+33466200012"), NOW) != reference
    assert await agents.claim(reference, "Amina", NOW)
    assert await agents.finish(reference, "Amina", "rappelé", NOW)
    assert await desk.request_callback(WISH, NOW) != reference


async def test_unknown_references_change_nothing(agents: CallbackDesk) -> None:
    assert await agents.get("NIM 26 0001 0") is None
    assert not await agents.claim("NIM 26 0001 0", "Amina", NOW)
    assert not await agents.finish("NIM 26 0001 0", "Amina", "fait", NOW)
    assert await agents.events("NIM 26 0001 0") == ()


def city_now(city: City, engine: Engine) -> CityNow:
    return CityNow(city, SteeringStore(engine), lambda: 0.0)


async def test_what_the_database_cannot_take_is_kept_and_filed_later(
    city: City, engine: Engine, tmp_path: Path
) -> None:
    broken = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    spool = CallbackSpool(tmp_path / "spool" / "callbacks.jsonl")
    lost = DeskCallbacks(Desk(broken, MemoryBackend(), "NIM"), city_now(city, broken), spool)
    await lost.request("call-1", "+33612345678", "le passeport de ma fille")
    await lost.request("call-2", "", "")
    await lost.file_kept()
    broken.dispose()
    assert (tmp_path / "spool" / "callbacks.jsonl").stat().st_mode & 0o777 == 0o600

    agents = CallbackDesk(engine)
    assert await agents.waiting() == []
    mended = DeskCallbacks(Desk(engine, MemoryBackend(), "NIM"), city_now(city, engine), spool)
    await mended.request("call-3", "+33612345679", "autre chose")
    assert {callback.conversation_id for callback in await agents.waiting()} == {"call-1", "call-2", "call-3"}
    assert not (tmp_path / "spool" / "callbacks.jsonl").exists()


async def test_a_spool_that_is_cut_short_goes_on_where_it_was(tmp_path: Path) -> None:
    spool = CallbackSpool(tmp_path / "callbacks.jsonl")
    for number in range(3):
        await spool.keep(replace(WISH, conversation_id=f"call-{number}"), NOW)
    with (tmp_path / "callbacks.jsonl").open("a", encoding="ascii") as file:
        file.write('{"conversation_id": "call-3", "pho')
    filed: list[str] = []

    async def file(callback: NewCallback, requested_at: datetime) -> None:
        if callback.conversation_id == "call-1" and len(filed) == 1:
            filed.append("refused")
            raise SQLAlchemyError("no")
        assert (callback, requested_at) == (replace(WISH, conversation_id=callback.conversation_id), NOW)
        filed.append(callback.conversation_id)

    with pytest.raises(SQLAlchemyError):
        await spool.hand_over(file)
    assert await spool.hand_over(file) == 2
    assert filed == ["call-0", "refused", "call-1", "call-2"]
    assert await spool.hand_over(file) == 0
