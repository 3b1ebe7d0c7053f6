"""How our processes end when they cannot start: one line, which says what to mend, and exit status 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def exit_on(*faults: type[Exception]) -> Iterator[None]:
    """End the process with the message of one of these faults, for which a traceback would say no more."""
    try:
        yield
    except faults as error:
        raise SystemExit(str(error)) from error
