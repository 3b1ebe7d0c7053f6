"""What a reply shows beside its words, on channels that have a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Button:
    """A choice. payload: what choosing it sends to the dialogue engine, "/intent" or plain words."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    """How to obtain something. Fields the city does not tell are "". link: an https address."""

    kind: Literal["procedure"]
    title: str
    documents: tuple[str, ...] = ()
    price: str = ""
    delay: str = ""
    where: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report that was filed or asked about. state: as people read it ("enregistré", "en cours"…).

    is_new: it was filed by this very turn, so a photo that was waiting belongs to it; False for one
    that was asked about.
    """

    kind: Literal["report"]
    reference: str
    problem: str
    place: str = ""
    state: str = ""
    is_new: bool = True


Card = ProcedureCard | ReportCard
