"""`callbot user`: accounts of the console."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import IntegrityError

from bot.console.roles import Role
from bot.settings import Settings
from bot.store.accounts import AccountStore
from bot.store.conversations import MIGRATIONS
from integrations.database import migrate, open_database

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console()


@app.callback()
def commands() -> None:
    """Accounts of the console."""


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="what they sign in with")],
    name: Annotated[str, typer.Option(help="as colleagues and visitors read it")] = "",
    role: Annotated[Role, typer.Option(help="what they may do")] = Role.AGENT,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Let somebody into the console."""
    engine = open_database(Settings().conversations_url)
    migrate(engine, MIGRATIONS)
    try:
        account = AccountStore(engine).add(login, name or login, role, password, datetime.now(UTC))
    except IntegrityError as error:
        console.print(f"error: there is an account {login} already", style="red")
        raise typer.Exit(1) from error
    console.print(f"{account.login} may sign in as {account.role}")
