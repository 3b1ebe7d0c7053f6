"""Accounts, sign-ins, kept forms and the audit log, in SQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.console.account_fields import fault_of
from bot.console.passwords import weakness
from bot.console.roles import Account, Role
from bot.store.accounts import AccountStore, LastAdministratorError
from bot.store.audit import AuditFilter, AuditStore
from bot.store.conversations import MIGRATIONS
from bot.store.models_accounts import KeptFormRow, SignInRow
from bot.store.sign_ins import DEVICE, IDLE, KEPT_FORM, KNOWN_AFTERWARDS, LONGEST, SignInStore
from integrations.database import migrate, open_database
from tests.fakes.databases import KINDS, fresh_database

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PASSWORD = "trois mots sans rapport"


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.fixture
def zoe(engine: Engine) -> Account:
    return AccountStore(engine).add("Zoe", "Zoé", Role.ADMINISTRATOR, PASSWORD, NOW, "4012")


def test_a_password_opens_its_account_only(engine: Engine, zoe: Account) -> None:
    accounts = AccountStore(engine)
    assert accounts.check("ZOE", PASSWORD) == zoe
    assert accounts.check("zoe", PASSWORD + " ") is None
    assert accounts.check("personne", PASSWORD) is None
    with pytest.raises(IntegrityError):
        accounts.add("zoE", "Une autre", Role.AGENT, PASSWORD, NOW)


def test_who_signs_in_elsewhere_has_no_password(engine: Engine) -> None:
    accounts = AccountStore(engine)
    accounts.add("ali", "Ali", Role.AGENT, "", NOW, subject="abc")
    assert accounts.check("ali", "") is None
    assert not accounts.has_password(1)
    found = accounts.of_subject("abc")
    assert found is not None
    assert (found.account.login, found.is_foreign) == ("ali", True)


def test_one_administrator_stays(engine: Engine, zoe: Account) -> None:
    accounts = AccountStore(engine)
    with pytest.raises(LastAdministratorError):
        accounts.change(zoe.id, role=Role.AGENT)
    with pytest.raises(LastAdministratorError):
        accounts.change(zoe.id, is_active=False)
    assert accounts.check("zoe", PASSWORD) == zoe
    accounts.add("ada", "Ada", Role.ADMINISTRATOR, PASSWORD, NOW)
    accounts.change(zoe.id, role=Role.AGENT, extension="")
    changed = accounts.find("zoe")
    assert changed == Account(zoe.id, "zoe", "Zoé", Role.AGENT, "")


def test_switching_off_and_a_new_password_end_all_sign_ins(engine: Engine, zoe: Account) -> None:
    accounts, sign_ins = AccountStore(engine), SignInStore(engine)
    ali = accounts.add("ali", "Ali", Role.AGENT, PASSWORD, NOW)
    keys = [sign_ins.begin(account, NOW) for account in (zoe, zoe, ali)]
    accounts.set_password(zoe.id, "d'autres mots encore")
    assert [sign_ins.visit(key, NOW) is None for key in keys] == [True, True, False]
    accounts.change(ali.id, is_active=False)
    assert sign_ins.visit(keys[2], NOW) is None
    accounts.change(ali.id, is_active=True)
    assert sign_ins.visit(keys[2], NOW) is None
    assert accounts.check("ali", PASSWORD) == ali


def test_a_sign_in_ends_when_idle_and_after_a_long_day(engine: Engine, zoe: Account) -> None:
    sign_ins = SignInStore(engine)
    key = sign_ins.begin(zoe, NOW)
    assert sign_ins.visit(key, NOW + IDLE) is None
    at = NOW
    while (at := at + IDLE - SECOND) < NOW + LONGEST:
        assert sign_ins.visit(key, at) is not None
    assert sign_ins.visit(key, NOW + LONGEST) is None
    assert sign_ins.visit("autre chose", NOW) is None


def test_a_token_tells_whose_page_it_was_for_some_days(engine: Engine, zoe: Account) -> None:
    sign_ins = SignInStore(engine)
    key = sign_ins.begin(zoe, NOW)
    visit = sign_ins.visit(key, NOW)
    assert visit is not None
    sign_ins.end(key, NOW)
    assert sign_ins.visit(key, NOW) is None
    assert sign_ins.owner(visit.csrf) == zoe.id
    assert sign_ins.owner("") is None
    sign_ins.clean_up(NOW + IDLE + KNOWN_AFTERWARDS)
    assert sign_ins.owner(visit.csrf) == zoe.id
    sign_ins.clean_up(NOW + IDLE + KNOWN_AFTERWARDS + SECOND)
    assert sign_ins.owner(visit.csrf) is None


def test_a_kept_form_is_for_its_account_only_and_not_for_long(engine: Engine, zoe: Account) -> None:
    sign_ins = SignInStore(engine)
    ali = AccountStore(engine).add("ali", "Ali", Role.AGENT, PASSWORD, NOW)
    fields = [("note", "  deux\nlignes\t<b>"), ("x", ""), ("x", "é")]
    key = sign_ins.keep(zoe.id, "/console/x", fields, NOW)
    kept = sign_ins.kept(key, zoe, NOW)
    assert kept is not None
    assert (kept.address, list(kept.fields)) == ("/console/x", fields)
    assert sign_ins.kept(key, ali, NOW) is None
    sign_ins.forget_kept(key, ali)
    assert sign_ins.kept(key, zoe, NOW + KEPT_FORM - SECOND) is not None
    assert sign_ins.kept(key, zoe, NOW + KEPT_FORM) is None


def test_what_is_over_is_removed(engine: Engine, zoe: Account) -> None:
    sign_ins = SignInStore(engine)
    sign_ins.begin(zoe, NOW)
    device = sign_ins.remember_device(zoe, NOW)
    sign_ins.keep(zoe.id, "/console/x", [], NOW)
    sign_ins.clean_up(NOW + DEVICE)
    assert sign_ins.knows_device(device, "zoe")
    sign_ins.clean_up(NOW + DEVICE + SECOND)
    assert not sign_ins.knows_device(device, "zoe")
    with Session(engine) as session:
        for table in (SignInRow, KeptFormRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_the_log_is_paged_and_filtered(engine: Engine) -> None:
    audit = AuditStore(engine)
    for n in range(7):
        login, action = ("zoe", "view_recording") if n % 2 else ("ali", "change_report")
        audit.record(login, action, f"s{n}", "=1+1", NOW + timedelta(days=n))
    assert [entry.subject for entry in audit.find(AuditFilter(), None, 3)] == ["s6", "s5", "s4"]
    first = audit.find(AuditFilter(login="ZOE"), None, 2)
    assert [entry.subject for entry in first] == ["s5", "s3"]
    assert [e.subject for e in audit.find(AuditFilter(login="zoe"), first[-1].id, 2)] == ["s1"]
    assert [e.subject for e in audit.all(AuditFilter(action="change_report"))] == ["s6", "s4", "s2", "s0"]
    span = AuditFilter(start=NOW + timedelta(days=2), end=NOW + timedelta(days=4))
    assert [entry.subject for entry in audit.all(span)] == ["s3", "s2"]
    assert audit.actions() == ["change_report", "view_recording"]


def test_the_tables_go_back_and_forth(engine: Engine, zoe: Account) -> None:
    SignInStore(engine).begin(zoe, NOW)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "privacy_runs")
        assert "console_devices" not in inspect(connection).get_table_names()
        command.upgrade(config, "head")
    assert AccountStore(engine).find("zoe") == zoe


@pytest.mark.parametrize(
    "password",
    [
        "court",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "azertyuiopqs",
        "motdepasse2026!",
        "MotDePasse-MotDePasse",
        "Nîmes30000Nîmes",
        "0123456789012",
        "zoe.martin!2026",
        "Martin chante bien",
        "x" * 201,
    ],
)
def test_an_obvious_password_is_refused(password: str) -> None:
    assert weakness(password, "zoe.martin", "Zoé Martin")


@pytest.mark.parametrize(
    "password", [PASSWORD, "un-mot-de-passe-long", "Kx7#pL2@vQ9!", "été à la plage en avril"]
)
def test_another_is_taken(password: str) -> None:
    assert weakness(password, "zoe.martin", "Zoé Martin") == ""


def test_what_an_account_may_be_called() -> None:
    assert fault_of(login="zoe.martin@nimes.fr", name="Zoé d'Arles-Martin", extension="4012") == ""
    for wrong in ({"login": "a b"}, {"login": ""}, {"name": "<b>"}, {"name": " "}, {"extension": "40a"}):
        assert fault_of(**wrong)
