"""What the keys of the telephone mean; pure.

Menus: one key is one wish. Numbers: keys are gathered until #, a pause, or a whole phone number; * forgets
them.
"""

from __future__ import annotations

import re

from bot.call.types import Expect

PERSON = "0"
END = "#"
ERASE = "*"
# Keys pressed when the question is an open one: the menu of the switchboard.
MENU = {
    PERSON: "/talk_to_agent",
    "1": "/report_problem",
    "2": "/ask_procedure",
    "3": "/ask_opening_hours",
    ERASE: "/repeat",
    END: "/repeat",
}
YES_NO = {"1": "/affirm", "2": "/deny", PERSON: "/talk_to_agent", ERASE: "/repeat", END: "/repeat"}
DICTATED = frozenset({Expect.DIGITS, Expect.REFERENCE, Expect.ADDRESS})
UNKNOWN_KEY = "/help"
_PHONE_NUMBER = re.compile(r"0[1-9]\d{8}")


def choice(expect: Expect, digit: str) -> str:
    """Return what one key tells the dialogue engine where no number is expected."""
    return (YES_NO if expect is Expect.YES_NO else MENU).get(digit, UNKNOWN_KEY)


def gather(keys: str, digit: str) -> str:
    """Return the number so far with one more key; letters of old telephones are no digits."""
    if digit == ERASE:
        return ""
    return keys + digit if digit.isdecimal() else keys


def is_whole(expect: Expect, keys: str) -> bool:
    """Whether no more keys can follow, so that nobody need wait for a pause."""
    return expect is Expect.DIGITS and _PHONE_NUMBER.fullmatch(keys) is not None


def meaning(keys: str, said: str) -> str:
    """Return what gathered keys tell the dialogue engine. said: words heard meanwhile.

    Words that hold digits come before the keys ("c'est le 06", then the rest by hand); others were about the
    keys. 0 alone asks for a person, as anywhere else.
    """
    if keys == PERSON and not said:
        return MENU[PERSON]
    return f"{said} {keys}".strip() if re.search(r"\d", said) else keys
