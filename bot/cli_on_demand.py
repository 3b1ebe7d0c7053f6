"""Commands that are imported when they are called.

All together they take seconds to import, and memory that `callbot up` would hold for as long as it runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

# Module and name of a function, or of a Typer with commands of its own.
COMMANDS = {
    "city": "bot.cli_city:app",
    "user": "bot.cli_user:app",
    "privacy": "bot.cli_privacy:app",
    "learn": "bot.cli_learn:app",
    "backup": "bot.cli_backup:backup",
    "restore": "bot.cli_backup:restore",
    "doctor": "bot.cli_doctor:doctor",
    "front": "bot.cli_front:front",
    "size": "bot.cli_size:size",
}


class OnDemand(TyperGroup):
    """A group that has these commands beside its own.

    Contexts and commands are click's; which click that is, is typer's own affair.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Name all of them, its own first."""
        return [*super().list_commands(ctx), *COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command of that name; None where there is none."""
        place = COMMANDS.get(cmd_name)
        return super().get_command(ctx, cmd_name) if place is None else _import(cmd_name, place)


def _import(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
    alone.command(name)(found)
    return get_command(alone)
