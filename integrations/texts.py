"""Text from outside, made fit for every place that it will be kept in or sent to."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold, escaped or not. NUL and half surrogates are also what databases refuse.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Return the text without the characters that JSON, XML or SQL could not carry."""
    return _UNWRITABLE.sub("", text)


def clipped(text: str, limit: int) -> str:
    """Return at most `limit` writable characters: a caller's endless sentence must not cost the report."""
    return writable(text).strip()[:limit]
