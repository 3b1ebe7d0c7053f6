"""References given to callers: `NIM 26 0412 7` is a prefix, the year, a number and a check digit.

The check digit is Damm's (Damm, "Total anti-symmetrische Quasigruppen", 2004): it catches every wrong digit
and every swap of two neighbours, the two errors that speaking and typing make most.
"""

from __future__ import annotations

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
YEAR_DIGITS = 2
NUMBER_DIGITS = 4
MIN_DIGITS = YEAR_DIGITS + NUMBER_DIGITS + 1
# A million reports a year: longer runs of digits are phone numbers, not references.
MAX_DIGITS = MIN_DIGITS + 2


def make_reference(prefix: str, year: int, number: int) -> str:
    """Write the reference of the year's `number`-th promise, e.g. ("NIM", 2026, 412) → "NIM 26 0412 7"."""
    digits = f"{year % 100:02d}{number:0{NUMBER_DIGITS}d}"
    return format_digits(prefix, f"{digits}{check_digit(digits)}")


def format_digits(prefix: str, digits: str) -> str:
    """Write the digits of a reference, check digit included, in the one form that is stored and sent."""
    return f"{prefix} {digits[:YEAR_DIGITS]} {digits[YEAR_DIGITS:-1]} {digits[-1]}"


def check_digit(digits: str) -> int:
    """Damm's check digit of a run of digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def is_valid(digits: str) -> bool:
    """Whether a run of digits is long enough for a reference and its last digit checks the others."""
    return MIN_DIGITS <= len(digits) <= MAX_DIGITS and check_digit(digits) == 0
