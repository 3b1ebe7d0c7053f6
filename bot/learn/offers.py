"""What a correction is offered as: an example to train on, a test of hearing, a conversation test; pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from bot.learn.known import Checked, Example, KnownExamples, Verdict
from bot.learn.marks import Mark, to_rasa
from bot.learn.pseudonyms import Pseudonyms
from bot.learn.written import as_engine_sees
from bot.store.reviews import Review


class Kind(StrEnum):
    """A use of a correction."""

    EXAMPLE = "example"
    RECOGNITION = "recognition"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Offer:
    """One correction as it would be written. refusals: why a use of it is impossible, in French.

    example: pseudonymised. steps: the caller's turns up to this one, pseudonymised. transcript: word for
    word, "" where it tells who somebody is.
    """

    review: Review
    example: Example
    checked: Checked
    steps: tuple[Example, ...]
    transcript: str
    refusals: dict[Kind, str]

    def wants(self, kind: Kind) -> bool:
        """Whether it was offered as this and can be written."""
        correction = self.review.correction
        offered = {
            Kind.EXAMPLE: correction.as_example,
            Kind.RECOGNITION: correction.as_recognition,
            Kind.CONVERSATION: correction.as_conversation,
        }
        return offered[kind] and kind not in self.refusals


WHY_NOT = {
    Verdict.SAME: "Cette phrase est déjà apprise telle quelle.",
    Verdict.OTHER_INTENT: "Cette phrase est déjà apprise avec une autre intention : {intent}.",
    Verdict.OTHER_MARKS: "Cette phrase est déjà apprise avec d'autres marques : {line}",
    Verdict.RESERVED: "Phrase réservée à l'évaluation.",
}
HOLDS_PERSONAL = "L'enregistrement dit qui parle : il ne peut pas servir de test."
NO_RECORDING = "Il n'y a pas d'enregistrement de ce tour."


# Of a page of corrections and the turns before them, some hundred are needed again and again.
MAX_KEPT = 20_000


class Offers:
    """Makes offers of corrections. normalise: what the dialogue engine is given for words."""

    def __init__(self, pseudonyms: Pseudonyms, known: KnownExamples, normalise: Callable[[str], str]) -> None:
        self._pseudonyms = pseudonyms
        self._known = known
        self._normalise = normalise
        self._written: OrderedDict[bytes, tuple[Example, bool]] = OrderedDict()

    def written(self, text: str) -> str:
        """What the dialogue engine was given for words."""
        return self._normalise(text.strip())

    def example(self, text: str, intent: str, marks: Sequence[Mark], conversation_id: str) -> Example:
        """One corrected sentence as it would be learned."""
        return self._made(text, intent, marks, conversation_id)[0]

    def _made(
        self, text: str, intent: str, marks: Sequence[Mark], conversation_id: str
    ) -> tuple[Example, bool]:
        """The example, and whether the words tell who somebody is. Costs tens of ms, so it is done once.

        What was made is kept by a hash of the words, without people.
        """
        named = "\x1f".join((text, intent, repr(tuple(marks)), conversation_id))
        key = blake2b(named.encode(errors="surrogatepass"), digest_size=16).digest()
        made = self._written.get(key)
        if made is None:
            written, moved = as_engine_sees(text, marks, self._normalise)
            line = to_rasa(*self._pseudonyms.applied(written, moved, conversation_id))
            made = Example(intent, line), self._pseudonyms.is_personal(text, marks)
            self._written[key] = made
            if len(self._written) > MAX_KEPT:
                self._written.popitem(last=False)
        return made

    def offer(
        self,
        review: Review,
        before: Sequence[tuple[str, str, Sequence[Mark]]],
        *,
        has_audio: bool,
        besides: Sequence[Example] = (),
    ) -> Offer:
        """before: the caller's earlier turns, words, intent and marks. besides: other proposals."""
        key, correction = review.conversation_id, review.correction
        example, is_personal = self._made(correction.text, correction.intent, correction.marks, key)
        checked = self._known.check(example, besides)
        refusals = {}
        if checked.verdict in WHY_NOT:
            known = checked.known or Example("", "")
            refusals[Kind.EXAMPLE] = WHY_NOT[checked.verdict].format(intent=known.intent, line=known.line)
        if checked.verdict is Verdict.RESERVED:
            # A test that is trained on, in whatever form, measures nothing.
            refusals[Kind.CONVERSATION] = WHY_NOT[Verdict.RESERVED]
        if not has_audio:
            refusals[Kind.RECOGNITION] = NO_RECORDING
        elif is_personal:
            refusals[Kind.RECOGNITION] = HOLDS_PERSONAL
        steps = [self.example(text, intent, marks, key) for text, intent, marks in before]
        return Offer(
            review, example, checked, (*steps, example), "" if is_personal else correction.text, refusals
        )
