"""One form for all log lines: a line of key=value, or of JSON; what callers say never reaches them."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO
from urllib.parse import urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from runtime.secrets import PREFIX, with_secret_files
from runtime.told import told

FORMAT = f"{PREFIX}LOG_FORMAT"
_ORDER = ("timestamp", "level", "event", "call_id")
_SECRET_NAME = re.compile(r"_(?:KEY|KEYS|TOKEN|PASSWORD|SECRET|SMS_URL|SMS_BODY|SMS_HEADERS)$")
# Shorter ones are found in ordinary words, and are no secrets.
_SHORTEST = 6
_MASK = "[secret]"
# "call_over call_id=4f code=200", as lines of the standard library's loggers are written here.
_FIELDS = re.compile(r"(\w+)((?: \w+=\S*)+)")


def configure_logging(
    env: Mapping[str, str] | None = None, level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Send structlog's lines, ours of the standard library, and libraries' warnings to one stream.

    env: `CALLBOT_LOG_FORMAT` is "logfmt" (when absent) or "json"; secrets in it are masked in every line.
    Raises SecretError.
    """
    whole = with_secret_files(os.environ if env is None else env)
    stream = sys.stdout if stream is None else stream
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [_wordless_error, _renderer(whole.get(FORMAT, "")), masking(secrets_in(whole))]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            foreign_pre_chain=[*shared, _fields, structlog.stdlib.add_logger_name],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("telephony", "__main__"):
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _tell_end


def secrets_in(env: Mapping[str, str]) -> frozenset[str]:
    """Values that must never be written: keys, tokens, passwords, also those inside addresses."""
    found: set[str] = set()
    for name, value in env.items():
        if not name.startswith(PREFIX):
            continue
        if _SECRET_NAME.search(name):
            found |= {value, *_values_of(value)}
        if "://" in value:
            found |= _password_of(value)
    return frozenset(value for value in found if len(value) >= _SHORTEST)


def masking(secrets: frozenset[str]) -> Processor:
    """A last step that takes these out of a finished line; the longest first."""
    by_length = sorted(secrets, key=len, reverse=True)

    def mask(_logger: WrappedLogger, _name: str, line: Any) -> Any:
        for secret in by_length:
            line = line.replace(secret, _MASK)
        return line

    return mask


def _renderer(name: str) -> Callable[[WrappedLogger, str, EventDict], str | bytes]:
    if name == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.LogfmtRenderer(key_order=_ORDER, drop_missing=True)


def _wordless_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """An error's type and places instead of its text."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else None
    if given is True:
        error = sys.exc_info()[1]
    elif isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["exception"] = told(error)
    return event


def _fields(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Take apart a line of the standard library's loggers, as far as it has parts.

    Of others' lines only the first: asyncio writes results of tasks into those that follow.
    """
    line = str(event["event"]).split("\n", 1)[0]
    parts = _FIELDS.fullmatch(line)
    event["event"] = line if parts is None else parts[1]
    if parts is not None:
        for pair in parts[2].split():
            name, _, value = pair.partition("=")
            event[name] = value
    return event


def _values_of(text: str) -> set[str]:
    try:
        value = json.loads(text)
    except ValueError:
        return set()
    return {str(each) for each in value.values()} if isinstance(value, dict) else set()


def _password_of(url: str) -> set[str]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return set()
    return {password} if password else set()


def _tell_end(_kind: type[BaseException], error: BaseException, _trace: Any) -> None:
    """What ends a process is logged like everything else."""
    if isinstance(error, KeyboardInterrupt):
        return
    structlog.get_logger().critical("process_ended", exc_info=error)
