"""What interrupts a question: the turn answers something else than what was asked."""

from __future__ import annotations

from actions.offers import Offer
from actions.turn import Turn

# Wanted at once, whatever was asked.
MANNERS = frozenset(
    {
        "repeat",
        "speak_slower",
        "speak_louder",
        "wait",
        "help",
        "cancel",
        "start_over",
        "bot_challenge",
        "insult",
        "change_language",
        "talk_to_agent",
        "request_callback",
        "emergency",
        "goodbye",
        "greet",
        "thank",
        "hang_up",
    }
)
# Another wish; the words of an answer may look like one, so it has to be plain.
OTHER_WISHES = frozenset(
    {
        "report_status",
        "ask_procedure",
        "ask_procedure_detail",
        "ask_opening_hours",
        "ask_contact",
        "ask_participation",
        "ask_events",
        "other_authority",
        "out_of_scope",
    }
)
ANY_WISH = OTHER_WISHES | {"report_problem"}
# Measured: of the intents found with half a chance or more, nine in ten are right.
SURE_OF_MANNERS = 0.45
SURE_OF_A_WISH = 0.6


def is_manners(turn: Turn) -> bool:
    """Whether the turn is about the conversation itself."""
    return turn.intent in MANNERS and turn.confidence >= SURE_OF_MANNERS


def is_aside(turn: Turn, offer: Offer | None, wishes: frozenset[str] = OTHER_WISHES) -> bool:
    """Whether the turn is to be handled outside of the form that asked the question.

    wishes: intents that lead elsewhere; a form leaves out those that its own answers look like.
    """
    if offer is not None and turn.intent in ("affirm", "deny"):
        # The last thing asked was the offer, not the form's question.
        return True
    if not turn.text and turn.intent not in ("affirm", "deny"):
        # A key or a button that is no answer.
        return turn.intent not in ("report_problem", "inform")
    is_other_wish = turn.intent in wishes and turn.confidence >= SURE_OF_A_WISH
    return is_manners(turn) or is_other_wish
