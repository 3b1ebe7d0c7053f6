"""The phones on the desks of the people of the city: which numbers they may have.

A closed list: calls are put through to an account's extension only if it is on it. It is expanded when the
callbot starts, so an account made later with one of these numbers works at once, and nothing else ever does.
"""

from __future__ import annotations

import re

# Telephony is handed the whole list in its environment.
MAX_EXTENSIONS = 1000
_PART = re.compile(r"([0-9]{2,8})(?:-([0-9]{2,8}))?")


def parse_extensions(text: str) -> tuple[str, ...]:
    """Expand "4200-4299 4512" into numbers, in their order, each once; commas may separate them, too.

    Raises ValueError saying what is wrong.
    """
    found: dict[str, None] = {}
    for part in text.replace(",", " ").split():
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{part}: expected an extension of 2 to 8 digits, or a range such as 4200-4299")
        first, last = match[1], match[2] or match[1]
        if len(first) != len(last) or int(first) > int(last):
            raise ValueError(f"{part}: a range goes from a lower to a higher number of as many digits")
        if int(last) - int(first) >= MAX_EXTENSIONS:
            raise ValueError(f"{part}: at most {MAX_EXTENSIONS} extensions")
        found |= dict.fromkeys(f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1))
    if len(found) > MAX_EXTENSIONS:
        raise ValueError(f"at most {MAX_EXTENSIONS} extensions, not {len(found)}")
    return tuple(found)
