"""The `callbot` command."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console()
