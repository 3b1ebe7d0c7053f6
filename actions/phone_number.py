"""French phone numbers as they are said or typed."""

from __future__ import annotations

import re

import phonenumbers

from integrations.spoken_french_numbers import write_numbers

REGION = "FR"


def parse_phone(said: str) -> str | None:
    """Return the number in a text in international form ("+33612345678"), None without a valid one."""
    digits = re.sub(r"(?<=\d)[\s.\-]+(?=\d)", "", write_numbers(said))
    for candidate in re.findall(r"\+?\d{9,15}", digits):
        try:
            number = phonenumbers.parse(candidate, REGION)
        except phonenumbers.NumberParseException:
            continue
        # Not `is_valid_number`: it refuses the numbers kept for fiction and lags behind new ranges.
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def spoken_phone(phone: str) -> str:
    """A number in pairs, as the French say it: "06 12 34 56 78"; as it is when it is not a number."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return phone
    same_country = number.country_code == phonenumbers.country_code_for_region(REGION)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if same_country
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)
