"""Errors told without their words: where it happened and what kind it was. Runs in both environments.

Databases, validators and libraries put into the text of an exception what callers said.
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path
from types import TracebackType

_N_FRAMES = 6
_N_CAUSES = 6


def told(error: BaseException) -> str:
    """One line: types of an error and of its causes, with the last frames of each."""
    causes: list[str] = []
    each: BaseException | None = error
    while each is not None and len(causes) < _N_CAUSES:
        number = each.errno if isinstance(each, OSError) else None
        name = f" {errno.errorcode.get(number, number)}" if number else ""
        causes.append(f"{type(each).__name__}{name} ({_frames(each.__traceback__)})")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return " from ".join(causes)


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_N_FRAMES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
