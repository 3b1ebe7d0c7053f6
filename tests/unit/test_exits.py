"""Faults at the start: one line and exit status 1."""

from __future__ import annotations

import subprocess
import sys

import pytest

from runtime.exits import exit_on


class MissingKeyError(Exception):
    """One that is foreseen."""


def test_a_fault_is_one_line_and_status_1() -> None:
    code = "from runtime.exits import exit_on\nwith exit_on(KeyError, OSError): raise OSError('no key')"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (1, "", "no key\n")


def test_other_faults_keep_their_traceback() -> None:
    with pytest.raises(ValueError, match="a bug"), exit_on(MissingKeyError):
        raise ValueError("a bug")


def test_the_fault_itself_is_the_cause() -> None:
    with pytest.raises(SystemExit) as caught, exit_on(MissingKeyError):
        raise MissingKeyError("no key")
    assert isinstance(caught.value.__cause__, MissingKeyError)
