"""What the form of a correction carries, checked; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.learn.domain import Domain
from bot.learn.marks import Mark, MarkError, checked, read_mark
from bot.store.reviews import Correction

MAX_MARKS = 40


def read_correction(form: Mapping[str, str], domain: Domain) -> Correction:
    """Raises MarkError, whose message is for the person at the form."""
    # Browsers send lines ended by two characters and count one; marks are counted with it.
    text = form.get("text", "").replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    intent = form.get("intent", "")
    if intent not in domain.intents:
        raise MarkError("Choisissez une intention.")
    marks = checked(text, _marks(form.get("marks", "")), domain.entities)
    for mark in marks:
        values = domain.values.get(mark.entity)
        if values and mark.value not in values:
            raise MarkError(f"Choisissez une valeur pour « {text[mark.start : mark.end]} ».")
    return Correction(
        text,
        intent,
        marks,
        as_example="as_example" in form,
        as_recognition="as_recognition" in form,
        as_conversation="as_conversation" in form,
    )


def _marks(raw: str) -> list[Mark]:
    try:
        read = json.loads(raw or "[]")
    except ValueError as error:
        raise MarkError("Les marques sont illisibles.") from error
    if (
        not isinstance(read, list)
        or len(read) > MAX_MARKS
        or not all(isinstance(each, dict) for each in read)
    ):
        raise MarkError("Les marques sont illisibles.")
    return [read_mark(each) for each in read]
