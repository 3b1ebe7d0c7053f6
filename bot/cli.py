"""The `callbot` command."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.settings import Settings
from bot.supervise.processes import Ports, all_processes, rasa_python
from bot.supervise.up import StartError, Up, check_ports

ROOT = Path(__file__).resolve().parent.parent
app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console()
