"""Notices what goes wrong inside servers of this process: errors that nobody was meant to see."""

from __future__ import annotations

import logging

_LOGGERS = ("uvicorn.error", "asyncio", "telephony")


class Faults(logging.Handler):
    """Collects errors with a traceback; a context."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is not None:
            self._seen.append(f"{record.exc_info[0].__name__}: {record.exc_info[1]}")

    def take(self) -> str:
        """What was seen since this was last asked, the first of it; "" for nothing."""
        seen, self._seen = self._seen, []
        return seen[0] if seen else ""

    def __enter__(self) -> Faults:
        for name in _LOGGERS:
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(self)
