"""The call-back being noted: to whom, about what, at which number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.phone_number import parse_phone
from actions.service_match import SWITCHBOARD, HeardService, hear_service
from actions.turn import Turn
from integrations.city_models import Service
from integrations.directory_city import CityDirectory

MISSES_BEFORE_GIVING_UP = 2
# Below, words of a subject only happen to sound like a service: "une histoire personnelle".
SURE_OF_A_SERVICE = 0.7


# What follows is the subject: "rappelez-moi, c'est au sujet de la cantine".
_ABOUT = re.compile(
    r"\b(?:au sujet (?:de|d')|à propos (?:de|d')|concernant|par rapport à|c'est pour|pour parler (?:de|d'))",
    re.IGNORECASE,
)


class Asked(StrEnum):
    """What the form asks; the values are the form's slots."""

    SUBJECT = "callback_subject"
    PHONE = "callback_phone"


class CallbackDraft(BaseModel):
    """What is known of a call-back.

    phone: in international form. proposed: the calling number, until the caller agrees to it or not.
    is_refused: the caller gave no number that could be called.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    service: str = ""
    subject: str = ""
    phone: str = ""
    proposed: str = ""
    misses: int = 0
    is_refused: bool = False

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> CallbackDraft:
        return cls.model_validate(slot or {})

    def store(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)

    def but(self, **changes: Any) -> CallbackDraft:
        return self.model_copy(update=changes)


def to_ask(draft: CallbackDraft) -> Asked | None:
    """What the form asks next; None when nothing is left to ask."""
    if not draft.subject:
        return Asked.SUBJECT
    return None if draft.phone or draft.is_refused else Asked.PHONE


def begin(turn: Turn, directory: CityDirectory, subject: str) -> CallbackDraft:
    """Start from what the caller said when asking for a person. subject: what is known already."""
    about = _ABOUT.search(turn.text)
    said = replace(turn, text=turn.text[about.end() :]) if about else turn
    service = named_service(said, directory) or named_service(turn, directory)
    known = subject or (turn.text if service or about else "")
    return CallbackDraft(
        service=service or SWITCHBOARD,
        subject=known,
        phone=parse_phone(turn.text) or "" if turn.text else "",
        proposed=parse_phone(turn.caller) or "",
    )


def named_service(turn: Turn, directory: CityDirectory) -> str:
    """The key of the city's service that the turn is about, "" without any."""
    for said in turn.values("service"):
        if directory.is_service(said):
            return said  # the call itself names it, after a transfer that nobody took
    heard = hear_service(turn, directory) if turn.text else HeardService()
    is_sure = heard.score >= SURE_OF_A_SERVICE
    return heard.entry.code if isinstance(heard.entry, Service) and is_sure else ""


def advance(draft: CallbackDraft, asked: Asked, turn: Turn, directory: CityDirectory) -> CallbackDraft | None:
    """Return the draft after a turn, or None when the turn did not answer what was asked."""
    if asked is Asked.SUBJECT:
        service = draft.service if draft.service != SWITCHBOARD else named_service(turn, directory)
        return draft.but(subject=turn.text, service=service or SWITCHBOARD) if turn.text else None
    phone = parse_phone(turn.text) if turn.text else None
    if phone is not None:
        return draft.but(phone=phone, misses=0)
    if draft.proposed and turn.intent == "affirm":
        return draft.but(phone=draft.proposed, misses=0)
    if draft.proposed and turn.intent in ("deny", "correct_that"):
        return draft.but(proposed="", misses=0)
    if not turn.text and turn.intent not in ("affirm", "deny", "dont_know"):
        return None
    misses = draft.misses + 1
    is_refused = misses >= MISSES_BEFORE_GIVING_UP or turn.intent in ("dont_know", "deny")
    return draft.but(misses=misses, is_refused=is_refused)
