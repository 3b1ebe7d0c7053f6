"""What the city's data say of an answer while it is given: whether it is whole, what it may hold."""

from __future__ import annotations

from bot.call.types import Expect
from integrations import references
from integrations.addresses_gazetteer import Gazetteer
from integrations.spoken_french import find_phone_number, find_reference_digits, parse_house_number

# More names in the prompt make a small model say them by itself.
MAX_NEAR = 4


class Answers:
    """Judges answers to the questions that ask for something with a known form."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def is_whole(self, expect: Expect, text: str) -> bool:
        """Whether a text holds all that the question asks for: nothing need be waited for."""
        match expect:
            case Expect.DIGITS:
                return bool(find_phone_number(text))
            case Expect.REFERENCE:
                return references.is_valid(find_reference_digits(text))
            case Expect.ADDRESS:
                streets = self._gazetteer.streets_in(text)
                return len(streets) > 1 or (bool(streets) and bool(parse_house_number(text)))
        return False

    def near(self, expect: Expect, heard: str) -> tuple[str, ...]:
        """Return names of the city that sound like what was heard, likeliest first; for the recogniser."""
        if expect is not Expect.ADDRESS or not heard:
            return ()
        places = [candidate.place for candidate in self._gazetteer.match(heard, limit=MAX_NEAR)]
        return tuple(dict.fromkeys(filter(None, (place.street or place.landmark for place in places))))
