"""What tests/conftest.py weakens for the other tests is as strong as it should be outside of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from argon2 import PasswordHasher
from sqlalchemy import text
from bot.store import accounts
from integrations.database import open_database

usual = PasswordHasher()
assert accounts._HASHER.time_cost >= usual.time_cost, accounts._HASHER.time_cost
assert accounts._HASHER.memory_cost >= usual.memory_cost, accounts._HASHER.memory_cost
with open_database(sys.argv[1]).connect() as connection:
    print(connection.execute(text("PRAGMA synchronous")).scalar())
"""
FULL = "2"


def test_passwords_are_hashed_slowly_and_commits_reach_the_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, f"sqlite:///{tmp_path / 'real.db'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == (FULL, "")
