"""Hostile or private text, made fit to be shown."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"\+?\d(?:[ .\-]?\d){7,}")


def visible(text: str) -> str:
    """Show what has no shape: characters that turn, hide or overwrite others become their names' codes."""
    return "".join(
        each if each in "\n\t" or not _is_unseen(each) else f"⟦U+{ord(each):04X}⟧" for each in text
    )


def dialled(number: str) -> str:
    """What a phone dials: a number comes from a caller's line, which may write anything for it."""
    return "".join(each for each in number if each in "+0123456789")


def masked_number(number: str) -> str:
    """A phone number of which only beginning and end are shown."""
    if len(number) < 6:
        return "•" * len(number)
    return f"{number[:2]}{'•' * (len(number) - 4)}{number[-2:]}"


def masked_numbers(text: str) -> str:
    """A text in which the digits of what may be phone numbers are masked."""
    return _DIGITS.sub(lambda found: masked_number(re.sub(r"[ .\-]", "", found[0])), text)


def _is_unseen(character: str) -> bool:
    """Control characters, those that change the direction of writing, and those without width."""
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") and character != "\u00ad"
