"""Rasa's log without words: what happened where, never what it was about.

Rasa writes callers' text into messages, arguments and exceptions, and sets up handlers of its own after
reading `logging.yml`. So every record loses its words where it is made, before any handler sees it.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from runtime.told import told


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
            self.msg = f"{place} {told(error)}"


def install() -> logging.Filter:
    """Make all records of this process wordless, Python's warnings too; the filter itself lets all pass.

    The form that `logging.yml` can call.
    """
    logging.setLogRecordFactory(WordlessRecord)
    logging.captureWarnings(True)
    return logging.Filter()
