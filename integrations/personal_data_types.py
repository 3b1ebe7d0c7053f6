"""What is personal in a sentence: its kinds, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of personal data. identifier: a long number, of a card, an account or social security."""

    PHONE = "phone"
    EMAIL = "email"
    PERSON = "person"
    IDENTIFIER = "identifier"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] is personal data of this kind."""

    start: int
    end: int
    kind: Kind
