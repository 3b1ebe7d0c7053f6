"""Keeps Python errors out of PJSIP: an exception that leaves a callback ends the whole process."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

log = logging.getLogger(__name__)

P = ParamSpec("P")
S = TypeVar("S")


def guarded(callback: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], None]:
    """Log the type of what a callback raises, so that it costs one event of one call at most."""

    def outer(self: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(self, *args, **kwargs)
        except Exception as error:
            log.error("callback_failed name=%s error=%s", callback.__qualname__, type(error).__name__)

    functools.update_wrapper(outer, callback)
    return outer
