"""What the bot offered in its last turn; a bare "yes" or "no" answers that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.turn import Turn

SLOT = "offer"


class OfferKind(StrEnum):
    """CALLBACK: a person calls back. RESUME_REPORT: the unfinished report goes on. MORE: anything else?

    PROCEDURE_DETAILS: papers, price and delay of the procedure just told. TRANSFER: to be put through to the
    service whose code is the subject. LINK: the link of the procedure whose code is the subject, by SMS.
    """

    CALLBACK = "callback"
    RESUME_REPORT = "resume_report"
    MORE = "more"
    PROCEDURE_DETAILS = "procedure_details"
    TRANSFER = "transfer"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer. subject: what the person who calls back should know."""

    kind: OfferKind
    subject: str = ""


def make_offer(kind: OfferKind, turn: Turn, subject: str = "") -> dict[str, Any]:
    """Return the event that remembers an offer made in answer to `turn`."""
    event: dict[str, Any] = SlotSet(SLOT, {"kind": kind.value, "turn": turn.number, "subject": subject})
    return event


def standing_offer(tracker: Tracker, turn: Turn) -> Offer | None:
    """The offer that the caller may be answering now; None when something else was said since."""
    slot = tracker.get_slot(SLOT)
    if not slot or slot["turn"] != turn.number - 1:
        return None
    return Offer(OfferKind(slot["kind"]), str(slot["subject"]))
