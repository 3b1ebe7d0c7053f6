"""Waiting after failed sign-ins: it grows, ends, and does not tell whether there is such an account."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.console.guard import Guard
from bot.console.lock_out import ACCOUNT, ADDRESS, Allowance
from bot.console.roles import Role
from bot.store.accounts import AccountStore
from bot.store.conversations import MIGRATIONS
from bot.store.failures import FailureStore
from bot.store.sign_ins import SignInStore
from integrations.database import migrate, open_database
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.reports_backend import Clock

RIGHT = "trois mots sans rapport"
HERE, THERE = "192.0.2.1", "198.51.100.7"
SECOND = timedelta(seconds=1)


class Case:
    """A guard in front of the account zoe."""

    def __init__(self, engine: Engine) -> None:
        self.clock = Clock()
        self.accounts = AccountStore(engine)
        self.sign_ins = SignInStore(engine)
        self.zoe = self.accounts.add("zoe", "Zoé", Role.AGENT, RIGHT, self.clock())
        self.guard = Guard(self.accounts, self.sign_ins, FailureStore(engine), self.clock)

    async def fails(self, n: int, login: str = "zoe", address: str = THERE, device: str = "") -> None:
        for _ in range(n):
            checked = await self.guard.check(login, "faux", address, device)
            assert (checked.account, checked.wait) == (None, timedelta())

    async def wait(self, login: str = "zoe", address: str = HERE, device: str = "") -> timedelta:
        return (await self.guard.check(login, RIGHT, address, device)).wait


# On both databases what they may count differently; the rest on the quicker one.
both = pytest.mark.parametrize("case", KINDS, indirect=True)


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with fresh_database(str(getattr(request, "param", "sqlite")), tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        yield Case(engine)
        engine.dispose()


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (500, 900)]
)
def test_the_wait_doubles_up_to_a_limit(failures: int, wait_s: int) -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert ACCOUNT.wait(failures, at, at) == timedelta(seconds=wait_s)
    assert ACCOUNT.wait(failures, at, at + timedelta(seconds=wait_s)) == timedelta()


def test_failures_are_forgotten_after_some_quiet() -> None:
    few = Allowance(1, SECOND, SECOND, timedelta(hours=1))
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert few.counted(9, at, at + timedelta(hours=1) - SECOND) == 9
    assert few.counted(9, at, at + timedelta(hours=1)) == 0


@both
async def test_the_right_password_is_not_tried_while_one_must_wait(case: Case) -> None:
    await case.fails(ACCOUNT.free)
    assert await case.wait() == timedelta(seconds=30)
    case.clock.now += timedelta(seconds=29)
    assert await case.wait() == SECOND
    case.clock.now += SECOND
    checked = await case.guard.check("Zoe", RIGHT, HERE, "")
    assert checked.account == case.zoe


async def test_asking_during_the_wait_makes_it_no_longer(case: Case) -> None:
    await case.fails(ACCOUNT.free)
    for _ in range(9):
        assert await case.wait() == timedelta(seconds=30)


async def test_a_name_without_account_is_treated_alike(case: Case) -> None:
    await case.fails(ACCOUNT.free, login="personne")
    assert await case.wait(login="personne") == timedelta(seconds=30)
    assert await case.wait() == timedelta()


async def test_a_stranger_does_not_keep_the_agent_from_the_usual_desk(case: Case) -> None:
    device = case.sign_ins.remember_device(case.zoe, case.clock())
    await case.fails(ACCOUNT.free)
    for _ in range(8):
        case.clock.now += ACCOUNT.longest
        await case.guard.check("zoe", "faux", THERE, "")
    assert await case.wait() == ACCOUNT.longest
    # From the same address as the stranger's, too.
    assert await case.wait(address=THERE, device=device) == timedelta()


async def test_a_known_desk_is_no_place_to_guess_either(case: Case) -> None:
    device = case.sign_ins.remember_device(case.zoe, case.clock())
    await case.fails(ACCOUNT.free, device=device)
    assert await case.wait(device=device) == timedelta(seconds=30)
    assert await case.wait() == timedelta()
    assert not case.sign_ins.knows_device(device, "autre")


async def test_one_address_may_not_try_many_accounts(case: Case) -> None:
    for n in range(ADDRESS.free):
        await case.fails(1, login=f"agent{n}")
    assert await case.wait(address=THERE) == timedelta(seconds=10)
    assert await case.wait(address=HERE) == timedelta()


async def test_a_customer_of_an_ipv6_network_has_one_address(case: Case) -> None:
    for n in range(ADDRESS.free):
        await case.fails(1, login=f"agent{n}", address=f"2001:db8::{n:x}")
    assert await case.wait(address="2001:db8::ffff") == timedelta(seconds=10)
    assert await case.wait(address="2001:db8:0:1::1") == timedelta()


@both
async def test_tries_at_the_same_time_count_like_tries_one_after_the_other(case: Case) -> None:
    found = await asyncio.gather(*(case.guard.check("zoe", "faux", HERE, "") for _ in range(12)))
    assert sum(not checked.wait for checked in found) == ACCOUNT.free


@both
async def test_signing_in_does_not_give_strangers_new_tries(case: Case) -> None:
    await case.fails(ACCOUNT.free - 1)
    assert await case.wait() == timedelta()
    await case.fails(1)
    assert await case.wait() == timedelta(seconds=30)


async def test_an_administrator_lets_somebody_try_at_once(case: Case) -> None:
    await case.fails(ACCOUNT.free)
    await case.guard.unlock("ZOE")
    assert await case.wait() == timedelta()
