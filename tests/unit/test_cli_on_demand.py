"""`callbot`: every command is there, and none costs what another needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli_on_demand import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_imported_when_it_is_called(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0, told.output
    assert f" {name} " in told.output


def test_all_commands_are_named() -> None:
    told = CliRunner().invoke(app, ["--help"]).output
    assert all(f" {name} " in told for name in ("up", "restart", "train", "simulate", *COMMANDS))


def test_what_is_no_command_is_refused() -> None:
    told = CliRunner().invoke(app, ["telephone"])
    assert told.exit_code == 2
    assert "No such command 'telephone'" in told.output


def test_what_starts_the_callbot_holds_no_database_and_no_web_server() -> None:
    """It runs for as long as the callbot does."""
    code = "import sys, bot.cli; print({name.partition('.')[0] for name in sys.modules})"
    imported = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not [name for name in ("sqlalchemy", "fastapi", "numpy", "rasa_sdk") if f"'{name}'" in imported]
