"""`callbot user`, as an administrator types it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine
from typer.testing import CliRunner

from bot.cli_user import app
from bot.console.roles import Account, Role
from bot.store.accounts import AccountStore
from bot.store.audit import AuditFilter, AuditStore
from integrations.database import open_database

PASSWORD = "trois mots sans rapport\n"


class Commands:
    """The command on a fresh database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_database(url)

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=typed)

    def account(self, login: str = "ada") -> Account:
        account = AccountStore(self.engine).find(login)
        assert account is not None
        return account

    def opens(self, password: str) -> bool:
        return AccountStore(self.engine).check("ada", password.strip()) is not None


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Commands]:
    url = f"sqlite:///{tmp_path / 'accounts.db'}"
    monkeypatch.setenv("CALLBOT_DATABASE_URL", url)
    commands = Commands(url)
    yield commands
    commands.engine.dispose()


def added(commands: Commands, *options: str) -> None:
    assert commands.run("add", "Ada", *options, typed=PASSWORD).exit_code == 0


def test_an_account_is_added_with_a_password_from_standard_input(commands: Commands) -> None:
    added(commands, "--name", "Ada Martin", "--role", "administrator", "--extension", "4012")
    account = commands.account()
    assert (account.name, account.role, account.extension) == ("Ada Martin", Role.ADMINISTRATOR, "4012")
    assert commands.opens(PASSWORD)
    again = commands.run("add", "ADA", typed=PASSWORD)
    assert (again.exit_code, "already" in again.output) == (1, True)
    assert "ada" in commands.run("list").output


@pytest.mark.parametrize("typed", ["court\n", "", "motdepasse2026\n"])
def test_a_weak_password_adds_nobody(commands: Commands, typed: str) -> None:
    assert commands.run("add", "ada", typed=typed).exit_code == 1
    assert AccountStore(commands.engine).find("ada") is None


def test_an_account_is_changed_and_all_of_it_is_in_the_log(commands: Commands) -> None:
    added(commands, "--role", "administrator")
    added_too = commands.run("add", "bob", "--role", "administrator", typed=PASSWORD)
    assert added_too.exit_code == 0
    for words in (("role", "ada", "supervisor"), ("extension", "ada", "77"), ("unlock", "ada")):
        assert commands.run(*words).exit_code == 0
    assert (commands.account().role, commands.account().extension) == (Role.SUPERVISOR, "77")
    new = "quatre mots tout neufs\n"
    assert commands.run("password", "ada", typed=new).exit_code == 0
    assert (commands.opens(new), commands.opens(PASSWORD)) == (True, False)
    assert commands.run("disable", "ada").exit_code == 0
    assert not commands.opens(new)
    assert commands.run("enable", "ada").exit_code == 0
    assert commands.opens(new)
    last = commands.run("disable", "bob")
    assert (last.exit_code, "no administrator" in last.output) == (1, True)
    entries = AuditStore(commands.engine).find(AuditFilter(login="callbot user", subject="ada"), None, 50)
    assert [entry.action for entry in reversed(entries)] == [
        "add_account",
        "change_account",
        "change_account",
        "unlock_account",
        "set_password",
        "change_account",
        "change_account",
    ]


def test_who_is_not_there_cannot_be_changed(commands: Commands) -> None:
    for words in (("role", "x", "agent"), ("password", "x"), ("disable", "x"), ("extension", "x", "1")):
        result = commands.run(*words, typed=PASSWORD)
        assert (result.exit_code, "no account x" in result.output) == (1, True)
    assert commands.run("add", "a b", typed=PASSWORD).exit_code == 1
