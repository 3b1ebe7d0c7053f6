"""Erases everything about one number or one conversation, wherever it lies, and again after a restore."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from bot.privacy.ledger import Subject
from bot.privacy.places import Places
from bot.store import personal_rows
from bot.store.privacy_runs import PrivacyRun, RunKind
from bot.store.trackers import erase_tracker
from integrations import desk_erasure
from integrations.backend import erasure as backend_erasure
from integrations.phone_forms import canonical_number


class NotANumberError(ValueError):
    """What was given is no phone number that a caller can have."""


class Eraser:
    """Blocks: call it off the event loop. Raises SQLAlchemyError or OSError: then it can be asked for again.

    The ledger is written first: what a failure leaves is erased by `replay`.
    """

    def __init__(self, places: Places) -> None:
        self._places = places

    def conversations_of(self, number: str) -> list[str]:
        """Return the conversations of a number in any form. Raises NotANumberError."""
        wanted = _canonical(number)
        found = personal_rows.conversations_of(self._places.conversations, wanted)
        return sorted(found | desk_erasure.conversations_of(self._places.desk, wanted))

    def is_known(self, conversation_id: str) -> bool:
        """Whether there is a conversation of this id."""
        return personal_rows.is_known(self._places.conversations, conversation_id)

    def shown(self, subject: Subject, value: str) -> str:
        """How the ledger names a number in any form, or a conversation. Raises NotANumberError."""
        known = _canonical(value) if subject is Subject.NUMBER else value
        return self._places.ledger.shown(subject, known)

    def erase_number(self, number: str, by: str, now: datetime) -> Counter[str]:
        """Erase who calls from a number, in any form; return what that was. Raises NotANumberError."""
        wanted = _canonical(number)
        self._places.ledger.add(Subject.NUMBER, wanted, now)
        counts = self._erase(self.conversations_of(wanted), wanted)
        self._report(RunKind.ERASURE, by, self._places.ledger.shown(Subject.NUMBER, wanted), counts, now)
        return counts

    def erase_conversation(self, conversation_id: str, by: str, now: datetime) -> Counter[str]:
        """Erase one conversation and what came of it; return what that was."""
        self._places.ledger.add(Subject.CONVERSATION, conversation_id, now)
        counts = self._erase([conversation_id], "")
        shown = self._places.ledger.shown(Subject.CONVERSATION, conversation_id)
        self._report(RunKind.ERASURE, by, shown, counts, now)
        return counts

    def replay(self, by: str, now: datetime) -> Counter[str]:
        """Erase again what the ledger holds: a restored backup has brought it back."""
        ledger, counts = self._places.ledger, Counter[str]()
        numbers, conversations = ledger.hashes(Subject.NUMBER), ledger.hashes(Subject.CONVERSATION)
        erased_numbers = {
            number
            for number in {canonical_number(written) for written in self._known_numbers()} - {""}
            if ledger.hash(Subject.NUMBER, number) in numbers
        }
        for number in sorted(erased_numbers):
            counts += self._erase(self.conversations_of(number), number)
        again = [
            id_
            for id_ in sorted(self._known_conversations())
            if ledger.hash(Subject.CONVERSATION, id_) in conversations
        ]
        counts += self._erase(again, "") if again else Counter()
        self._report(RunKind.REPLAY, by, "", counts, now)
        return counts

    def _erase(self, conversations: list[str], number: str) -> Counter[str]:
        places, counts = self._places, Counter[str]()
        references = desk_erasure.references_of(places.desk, conversations, number)
        for id_ in conversations:
            # What can be heard goes first, the row by which the rest is found last.
            counts["recordings"] += places.recordings.delete(id_)
            counts["learned"] += self._forget_learned(id_)
            erase_tracker(places.trackers, id_)
            was_there, photos = personal_rows.erase_conversation(places.conversations, id_)
            places.photos.delete(photos)
            counts["conversations"] += was_there
            counts["photos"] += len(photos)
        counts["turns"] += self._mask_mentions(number)
        counts["spooled"] += self._forget_spooled(conversations, number)
        counts["backend_reports"] += backend_erasure.erase_people(
            places.backend, references, number, places.mask
        )
        counts.update(desk_erasure.erase_people(places.desk, conversations, number, places.mask))
        places.scrub()
        return Counter({name: n for name, n in counts.items() if n})

    def _forget_learned(self, conversation_id: str) -> int:
        paths = self._places.learnings.items_of(conversation_id)
        self._places.learned.remove(paths)
        self._places.learnings.forget_items(paths)
        return len(paths)

    def _mask_mentions(self, number: str) -> int:
        """Somebody else said the number: that conversation stays, without it."""
        if not number:
            return 0
        found = personal_rows.turns_with_number(self._places.conversations, number)
        masked = [(id_, self._places.mask(text)) for id_, text in found]
        personal_rows.rewrite_turns(self._places.conversations, masked)
        return len(masked)

    def _forget_spooled(self, conversations: Iterable[str], number: str) -> int:
        path = self._places.spool
        if not path.exists():
            return 0
        lines = path.read_text(encoding="ascii").splitlines()
        kept = [line for line in lines if not _is_about(line, set(conversations), number)]
        if len(kept) < len(lines):
            path.write_text("".join(f"{line}\n" for line in kept), encoding="ascii")
        return len(lines) - len(kept)

    def _known_numbers(self) -> Iterable[str]:
        yield from (caller for _, caller in personal_rows.known_callers(self._places.conversations))
        yield from (phone for phone, _ in desk_erasure.known_people(self._places.desk))
        yield from backend_erasure.known_numbers(self._places.backend)

    def _known_conversations(self) -> set[str]:
        found = {id_ for id_, _ in personal_rows.known_callers(self._places.conversations)}
        return found | {id_ for _, id_ in desk_erasure.known_people(self._places.desk)}

    def _report(self, kind: RunKind, by: str, subject: str, counts: Counter[str], now: datetime) -> None:
        self._places.runs.add(PrivacyRun(now, kind, by, subject, counts))


def _canonical(number: str) -> str:
    canonical = canonical_number(number)
    if not canonical:
        raise NotANumberError("this is no phone number")
    return canonical


def _is_about(line: str, conversations: set[str], number: str) -> bool:
    try:
        kept = json.loads(line)
    except ValueError:
        return False
    return kept["conversation_id"] in conversations or (
        bool(number) and canonical_number(kept["phone"]) == number
    )
