"""Other words for the city's sentences: what must stay true of them. Pure.

A sentence that was reworded must still fit where the dialogue says it: the same placeholders, at least one
wording whenever the city's file had one, numbers to call in a danger kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import structlog
from pydantic import ValidationError

from integrations.messages import Message, MessageCatalogue, placeholders
from integrations.steering import MessageEdit

log = structlog.get_logger()

MAX_CHARACTERS = 300
MAX_VARIANTS = 6
_DANGER = re.compile(r"\{number\}|\b(?:112|114|31 ?14|15|17|18)\b")
# By law somebody who is answered by a machine is told so (AI Act, art. 50).
NOTICE_OF_A_MACHINE = "call_opening"
_MACHINE = re.compile(
    r"\b(?:automatiques?|machine|robot|assistant virtuel|intelligence artificielle)\b", re.IGNORECASE
)
_NOTICES = ("call_emergency", "utter_emergency", "call_recording", NOTICE_OF_A_MACHINE)


def is_protected(name: str, message: Message) -> bool:
    """Whether only an administrator may reword it: that a machine answers, that it records, whom to call."""
    return name.startswith(_NOTICES) or any(map(_numbers, (*message.voice, *message.chat)))


def faults(name: str, message: Message, edit: MessageEdit) -> list[str]:
    """What is wrong with other words for a sentence, in French for the people who wrote them."""
    said = _faults_of(name, message.voice, edit.voice, "À la voix")
    shown = edit.chat or edit.voice
    original = message.chat or message.voice
    if message.chat and not edit.chat:
        said.append("À l'écran : écrivez au moins une phrase.")
    elif edit.chat:
        said += _faults_of(name, original, shown, "À l'écran")
    if not said:
        try:
            reworded(message, edit)
        except ValidationError:
            said.append("Cette phrase attend une réponse : écrivez au moins deux variantes différentes.")
    return said


def reworded(message: Message, edit: MessageEdit) -> Message:
    """The sentence in other words. Raises ValidationError."""
    return Message.model_validate({**message.model_dump(), "voice": edit.voice, "chat": edit.chat})


def with_edits(catalogue: MessageCatalogue, edits: Mapping[str, MessageEdit]) -> MessageCatalogue:
    """The city's sentences as its people reworded them.

    What does not fit any more, since the city's file has changed, is left out: the file's words are said.
    """
    messages = dict(catalogue.messages)
    for name, edit in edits.items():
        message = messages.get(name)
        if message is None or faults(name, message, edit):
            log.warning("reworded_sentence_left_out", name=name)
        else:
            messages[name] = reworded(message, edit)
    return MessageCatalogue(MappingProxyType(messages))


def _faults_of(name: str, original: Sequence[str], written: Sequence[str], where: str) -> list[str]:
    if not written:
        return [f"{where} : écrivez au moins une phrase."]
    if len(written) > MAX_VARIANTS:
        return [f"{where} : {MAX_VARIANTS} variantes au plus."]
    found = [fault for text in written for fault in _faults_of_one(text, original, where)]
    if found:
        return found
    kept = [placeholders(text) for text in written]
    lost = frozenset().union(*map(placeholders, original)) - frozenset().union(*kept)
    if lost:
        found.append(f"{where} : il manque {_named(lost)}.")
    for text in original:
        if not any(each <= placeholders(text) for each in kept):
            given = _named(placeholders(text)) or "aucun mot entre accolades"
            found.append(f"{where} : il faut une variante qui se dise avec {given} seulement.")
    needed = frozenset.intersection(*map(_numbers, original))
    if any(not needed <= _numbers(text) for text in written):
        found.append(f"{where} : chaque variante doit donner {', '.join(sorted(needed))}.")
    if name == NOTICE_OF_A_MACHINE and not all(map(_MACHINE.search, written)):
        found.append(f"{where} : la loi veut qu'on dise qu'une machine répond (« assistant automatique »).")
    return list(dict.fromkeys(found))


def _faults_of_one(text: str, original: Sequence[str], where: str) -> list[str]:
    if len(text) > MAX_CHARACTERS:
        return [f"{where} : une variante a {len(text)} caractères, {MAX_CHARACTERS} au plus."]
    try:
        used = placeholders(text)
    except ValueError:
        return [f"{where} : une accolade est ouverte ou fermée sans l'autre."]
    unknown = used - frozenset().union(*map(placeholders, original))
    if unknown or not all(field.isidentifier() for field in used):
        return [f"{where} : {_named(unknown or used)} n'existe pas dans cette phrase."]
    return []


def _numbers(text: str) -> frozenset[str]:
    return frozenset(found.replace("31 14", "3114") for found in _DANGER.findall(text))


def _named(fields: frozenset[str]) -> str:
    return ", ".join(f"{{{field}}}" for field in sorted(fields))
