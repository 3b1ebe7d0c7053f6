"""Phone numbers, e-mail addresses and long numbers in a sentence, said or typed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from integrations.personal_data_types import Kind, Span
from integrations.spoken_french_digits import digit_runs, find_reference

# A caller who is interrupted, or who dictates in two turns, leaves half a number.
_MIN_PHONE_DIGITS = 4
_MAX_PHONE_DIGITS = 14
_IDENTIFIER = re.compile(
    # Social security, with or without its key; 13 to 19 digits are also what cards have.
    r"(?<![\d+])[1-9](?:[ .\-]?\d){12,18}(?!\d)"
    r"|\bFR\d{2}(?: ?[0-9A-Z]{4}){5} ?[0-9A-Z]{3}\b"
)
_WORD = r"[^\W_]+"
_AT = r"(?:\s*@\s*|\s+(?:arobase|arrobase|a robase|at|a commercial)\s+)"
_LINK = r"(?:\s*[._+-]\s*|\s+(?:point|tiret du bas|tiret bas|tiret|trait d'union|underscore|souligné)\s+)"
_NUMBER = (
    r"(?:\d+|zéro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?|trente|quarante|cinquante|soixante|cents?|mille)"
)
# Letters spelled and numbers said stand apart by spaces and belong to the address all the same.
_PIECE = rf"(?:{_WORD}(?:\s+{_NUMBER}\b)*|(?:\b[a-z]\s+)+{_WORD})"
_EMAIL = re.compile(
    rf"(?<!\w)(?:{_PIECE}{_LINK})*{_PIECE}{_AT}{_WORD}(?:{_LINK}{_WORD})*",
    re.IGNORECASE,
)


def find_phones(text: str) -> Iterator[Span]:
    """Phone numbers of any country, in digits or words, and French ones that are cut short."""
    for match in phonenumbers.PhoneNumberMatcher(text, "FR", leniency=phonenumbers.Leniency.VALID):
        yield Span(match.start, match.end, Kind.PHONE)
    reference = find_reference(text)
    for run in digit_runs(text):
        is_reference = reference is not None and run.start < reference.end and reference.start < run.end
        begins_as_phone = run.digits.startswith(("0", "33")) and not run.digits.startswith("000")
        if begins_as_phone and not is_reference and _MIN_PHONE_DIGITS <= len(run.digits) <= _MAX_PHONE_DIGITS:
            yield Span(run.start, run.end, Kind.PHONE)


def find_identifiers(text: str) -> Iterator[Span]:
    """Numbers that stand for a person or an account."""
    for match in _IDENTIFIER.finditer(text):
        yield Span(match.start(), match.end(), Kind.IDENTIFIER)


def find_emails(text: str) -> Iterator[Span]:
    """E-mail addresses, "martin arobase orange point fr" and unfinished ones too."""
    for match in _EMAIL.finditer(text):
        yield Span(match.start(), match.end(), Kind.EMAIL)
