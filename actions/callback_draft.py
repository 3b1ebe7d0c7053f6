"""The call-back being noted: to whom, about what, at which number."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz, process

from actions.phone_number import parse_phone
from actions.turn import Turn
from integrations.city import City

# Who answers when no service was named.
SWITCHBOARD = "accueil"
SAME_NAME = 80.0
MISSES_BEFORE_GIVING_UP = 2


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


def begin(turn: Turn, city: City, subject: str) -> CallbackDraft:
    """Start from what the caller said when asking for a person. subject: what is known already."""
    service = named_service(turn, city)
    known = subject or (turn.text if service else "")
    return CallbackDraft(
        service=service or SWITCHBOARD,
        subject=known,
        phone=parse_phone(turn.text) or "" if turn.text else "",
        proposed=parse_phone(turn.caller) or "",
    )


def named_service(turn: Turn, city: City) -> str:
    """The key of the service that the turn names, "" without any."""
    names = {name: code for code, service in city.services.items() for name in (service.name, *service.names)}
    for said in turn.values("service"):
        if said in city.services:
            return said  # the call itself names it, after a transfer that nobody took
        found = process.extractOne(
            said.casefold(), list(names), scorer=fuzz.token_set_ratio, score_cutoff=SAME_NAME
        )
        if found is not None:
            return names[found[0]]
    return ""


def advance(draft: CallbackDraft, asked: Asked, turn: Turn) -> CallbackDraft | None:
    """Return the draft after a turn, or None when the turn did not answer what was asked."""
    if asked is Asked.SUBJECT:
        return draft.but(subject=turn.text) if turn.text else None
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
