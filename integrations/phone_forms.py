"""The same phone number however it is written, in SQL and out of it."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from sqlalchemy import ColumnElement, and_, func

REGION = "FR"
# Fewer digits are an extension or a service's number, which belongs to no caller.
MIN_DIGITS = 6
_FILLING = (" ", ".", "-", "(", ")")


def canonical_number(written: str) -> str:
    """Return "+33612345678" for "06 12 34 56 78", "0033…" or "sip:+33…@host"; digits when it is no such
    number; "" when it has too few.
    """
    digits = re.sub(r"[^\d+]", "", written.removeprefix("sip:").removeprefix("tel:").partition("@")[0])
    if len(digits) < MIN_DIGITS:
        return ""
    if re.fullmatch(r"33[1-9]\d{8}", digits):
        digits = f"+{digits}"
    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def may_be_number(column: Any, canonical: str) -> ColumnElement[bool]:
    """A condition that every way to write the number fulfils; others may too: compare `canonical_number`."""
    bare = column
    for sign in _FILLING:
        bare = func.replace(bare, sign, "")
    # The last nine digits are the same with and without a country.
    digits = canonical[-9:]
    # Most texts lack some of them, which is found far sooner than what is between them is taken out.
    has_digits = (column.contains(digit, autoescape=True) for digit in dict.fromkeys(digits))
    return and_(*has_digits, bare.contains(digits, autoescape=True))
