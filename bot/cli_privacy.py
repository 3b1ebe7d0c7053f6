"""`callbot privacy`: erasing people, also after a restore."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from bot.privacy.erase import Eraser, NotANumberError
from bot.privacy.wiring import open_places
from bot.settings import Settings
from bot.store.conversations import MIGRATIONS
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.settings import Settings as IntegrationsSettings
from integrations.wiring import open_desk_database

BY = "callbot privacy"

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console()


@app.command()
def erase(
    number: Annotated[
        str, typer.Option(help="a phone number in any form; asked for if neither is given")
    ] = "",
    conversation: Annotated[str, typer.Option(help="a conversation's id")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask again")] = False,
) -> None:
    """Erase everything about one number or one conversation; reports of the city stay, without the person."""
    if not number and not conversation:
        # Not on the command line, where others of this machine could read it.
        number = typer.prompt("number", hide_input=True)
    eraser = open_eraser()
    try:
        if number:
            console.print(f"{len(eraser.conversations_of(number))} conversations")
        if not yes:
            typer.confirm("erase for ever?", abort=True)
        now = datetime.now(UTC)
        counts = (
            eraser.erase_number(number, BY, now)
            if number
            else eraser.erase_conversation(conversation, BY, now)
        )
    except NotANumberError as error:
        console.print(f"error: {error}", style="red")
        raise typer.Exit(1) from error
    _tell(counts)


@app.command()
def replay() -> None:
    """Erase again what a restored backup has brought back."""
    _tell(open_eraser().replay(BY, datetime.now(UTC)))


def open_eraser() -> Eraser:
    """What erases from all places of this installation."""
    settings = Settings()
    conversations = open_database(settings.conversations_url)
    migrate(conversations, MIGRATIONS)
    desk = open_desk_database(IntegrationsSettings())
    return Eraser(open_places(settings, load_city(settings.city_dir), conversations, desk))


def _tell(counts: Counter[str]) -> None:
    for name, n in sorted(counts.items()):
        console.print(f"{name}: {n}")
    if not counts:
        console.print("nothing to erase")
