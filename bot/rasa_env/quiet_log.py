"""Rasa's log without words: what happened where, never what it was about.

Rasa writes callers' text into messages, arguments and exceptions, and sets up handlers of its own after
reading `logging.yml`. So every record loses its words where it is made, before any handler sees it.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

_N_FRAMES = 6


class WordlessRecord(logging.LogRecord):
    """A record whose message is its place in the source and the types of its exceptions."""

    def __init__(
        self,
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        func: str | None = None,
        sinfo: str | None = None,
        **_: Any,
    ) -> None:
        place = f"{Path(pathname).name}:{lineno} {func or ''}".rstrip()
        super().__init__(name, level, pathname, lineno, place, None, None, func)
        error = exc_info[1] if isinstance(exc_info, tuple) else None
        if isinstance(error, BaseException):
            self.msg = f"{place} {_told(error)}"


def install() -> logging.Filter:
    """Make all records of this process wordless, Python's warnings too; the filter itself lets all pass.

    The form that `logging.yml` can call.
    """
    logging.setLogRecordFactory(WordlessRecord)
    logging.captureWarnings(True)
    return logging.Filter()


def _told(error: BaseException) -> str:
    causes: list[str] = []
    each: BaseException | None = error
    while each is not None and len(causes) < _N_FRAMES:
        causes.append(f"{type(each).__name__} ({_frames(each.__traceback__)})")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return " from ".join(causes)


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_N_FRAMES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
