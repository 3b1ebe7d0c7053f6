"""What is told of a whole conversation, out of its turns. Pure."""

from __future__ import annotations

FALLBACK = "nlu_fallback"
# What people want of a city's switchboard; the other intents only answer, or steer the conversation.
WISHES = frozenset(
    {
        "report_problem",
        "report_status",
        "ask_procedure",
        "ask_procedure_detail",
        "ask_opening_hours",
        "ask_contact",
        "ask_events",
        "ask_participation",
        "other_authority",
        "request_callback",
        "talk_to_agent",
        "change_language",
        "emergency",
    }
)
# Below these a turn is worth being looked at by a person.
UNSURE_INTENT = 0.6
UNSURE_WORDS = 0.5


def intent_after(wanted: str, intent: str) -> str:
    """What a conversation is about once one more turn was understood; matters outside only if nothing is."""
    if intent in WISHES:
        return intent
    return wanted or (intent if intent == "out_of_scope" else "")


def is_unsure(intent: str, intent_confidence: float | None, words_confidence: float | None) -> bool:
    """Whether the machine hardly understood a caller's turn."""
    return (
        intent == FALLBACK
        or (intent_confidence is not None and intent_confidence < UNSURE_INTENT)
        or (words_confidence is not None and words_confidence < UNSURE_WORDS)
    )
