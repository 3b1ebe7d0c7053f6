"""`callbot user`: accounts of the console."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from bot.console.account_fields import fault_of
from bot.console.guard import account_key
from bot.console.passwords import weakness
from bot.console.roles import Account, Role
from bot.settings import Settings
from bot.store.accounts import AccountStore, LastAdministratorError
from bot.store.audit import AuditStore
from bot.store.conversations import MIGRATIONS
from bot.store.failures import FailureStore
from integrations.database import migrate, open_database

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console()
# Whom the audit log names.
AUTHOR = "callbot user"

Login = Annotated[str, typer.Argument(help="what they sign in with")]


@app.callback()
def commands() -> None:
    """Accounts of the console. Passwords are asked for, or read from standard input."""


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="as colleagues and visitors read it")] = "",
    role: Annotated[Role, typer.Option(help="what they may do")] = Role.AGENT,
    extension: Annotated[str, typer.Option(help="desk phone that calls are put through to, digits")] = "",
) -> None:
    """Let somebody into the console."""
    login, name = login.strip().casefold(), name.strip() or login.strip()
    _check(fault_of(login=login, name=name, extension=extension))
    engine = _open()
    if AccountStore(engine).find(login) is not None:
        _fail(f"there is an account {login} already")
    password = _password(login, name)
    try:
        account = AccountStore(engine).add(login, name, role, password, _now(), extension)
    except IntegrityError:
        _fail(f"there is an account {login} already")
    _record(engine, "add_account", account.login, account.role)
    console.print(f"{account.login} may sign in as {account.role}")


@app.command("list")
def list_accounts() -> None:
    """Show all accounts."""
    table = Table("login", "name", "role", "extension", "seen", "state")
    for listed in AccountStore(_open()).list():
        account = listed.account
        seen = listed.seen_at.strftime("%Y-%m-%d %H:%M UTC") if listed.seen_at else ""
        state = "active" if listed.is_active else "disabled"
        table.add_row(account.login, account.name, account.role, account.extension, seen, state)
    console.print(table)


@app.command()
def role(login: Login, new_role: Annotated[Role, typer.Argument(help="what they may do")]) -> None:
    """Change what somebody may do; it holds at once."""
    engine = _open()
    _change(engine, _find(engine, login), f"{new_role}", role=new_role)


@app.command()
def extension(login: Login, digits: Annotated[str, typer.Argument(help='desk phone, "" for none')]) -> None:
    """Change the desk phone that calls are put through to."""
    _check(fault_of(extension=digits))
    engine = _open()
    _change(engine, _find(engine, login), f"poste {digits or 'aucun'}", extension=digits)


@app.command()
def password(login: Login) -> None:
    """Give somebody a new password; all their browsers are signed out."""
    engine = _open()
    account = _find(engine, login)
    new = _password(account.login, account.name)
    _record(engine, "set_password", account.login)
    AccountStore(engine).set_password(account.id, new)
    console.print(f"{account.login} has a new password")


@app.command()
def disable(login: Login) -> None:
    """Shut somebody out, at once; what they did stays under their name."""
    engine = _open()
    _change(engine, _find(engine, login), "désactivé", is_active=False)


@app.command()
def enable(login: Login) -> None:
    """Let somebody in again who was shut out."""
    engine = _open()
    _change(engine, _find(engine, login), "actif", is_active=True)


@app.command()
def unlock(login: Login) -> None:
    """Let somebody try again at once after too many wrong passwords."""
    engine = _open()
    account = _find(engine, login)
    FailureStore(engine).forget(account_key(account.login))
    _record(engine, "unlock_account", account.login)
    console.print(f"{account.login} may try again")


def _change(
    engine: Engine,
    account: Account,
    detail: str,
    *,
    role: Role | None = None,
    extension: str | None = None,
    is_active: bool | None = None,
) -> None:
    try:
        AccountStore(engine).change(account.id, role=role, extension=extension, is_active=is_active)
    except LastAdministratorError:
        _fail("no administrator would be left")
    _record(engine, "change_account", account.login, detail)
    console.print(f"{account.login}: {detail}", highlight=False)


def _password(*personal: str) -> str:
    if sys.stdin.isatty():
        text = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    _check(weakness(text, *personal))
    return text


def _find(engine: Engine, login: str) -> Account:
    account = AccountStore(engine).find(login.strip())
    if account is None:
        _fail(f"there is no account {login}")
    return account


def _open() -> Engine:
    engine = open_database(Settings().conversations_url)
    migrate(engine, MIGRATIONS)
    return engine


def _record(engine: Engine, action: str, subject: str, detail: str = "") -> None:
    AuditStore(engine).record(AUTHOR, action, subject, detail, _now())


def _now() -> datetime:
    return datetime.now(UTC)


def _check(fault: str) -> None:
    if fault:
        _fail(fault)


def _fail(message: str) -> NoReturn:
    console.print(f"error: {message}", style="red", highlight=False)
    raise typer.Exit(1)
