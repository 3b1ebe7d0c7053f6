"""Which procedure the caller means, narrowed down over one or two turns. Pure: no Rasa, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.ranks import chosen_rank
from actions.turn import Turn
from integrations.procedures_catalogue import Aspect, Procedures
from integrations.procedures_search import Verdict

MISSES_BEFORE_GIVING_UP = 2
# "Une autre démarche" says that something else is wanted, but not what.
_ANOTHER = re.compile(
    r"\b(?:autres?|nouve(?:lle|au)s?) (?:d[ée]marches?|papiers?|demandes?|renseignements?)\b", re.IGNORECASE
)
_NONE_OF_THEM = re.compile(
    r"\b(?:aucune?|ni l'une? ni l'autre|rien de tout|pas (?:ça|cela))\b", re.IGNORECASE
)
_ASPECT_WORDS = (
    (
        Aspect.DOCUMENTS,
        r"\b(?:papiers?|documents?|pi[èe]ces? (?!d'identit)|justificatifs?|apporter|fournir|amener)\b",
    ),
    (Aspect.PRICE, r"\b(?:prix|tarifs?|co[ûu]te|co[ûu]t|combien (?:[çc]a |cela )?(?:co|est)|gratuit|payant)"),
    (
        Aspect.DELAY,
        r"\b(?:d[ée]lais?|combien de (?:temps|jours|semaines|mois)|c'est long|longtemps|quand est-ce que)\b",
    ),
    (Aspect.WHERE, r"\b(?:o[ùu] (?:faut|dois|je|est|se|aller|[çc]a|on)|quel (?:bureau|guichet|endroit))\b"),
    (Aspect.ONLINE, r"\b(?:internet|en ligne|site|lien|par mail)\b"),
    (Aspect.WHO, r"\b(?:qui (?:peut|doit|a droit)|ai-je droit|j'ai droit|conditions?)\b"),
)


class Wish(StrEnum):
    """What the form asks; the value is the form's slot."""

    PROCEDURE = "procedure_choice"


class ProcedureQuery(BaseModel):
    """What is known of the procedure that the caller wants.

    code: the procedure, "" until it is known. choices: codes to choose from. aspects: what to tell of it,
    the summary when empty. words: what was said, for the person who may have to answer instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: str = ""
    choices: tuple[str, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    words: str = ""
    misses: int = 0
    has_given_up: bool = False

    @classmethod
    def load(cls, slot: Mapping[str, Any] | None) -> ProcedureQuery:
        return cls.model_validate(slot or {})

    def store(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)

    def but(self, **changes: Any) -> ProcedureQuery:
        return self.model_copy(update=changes)


def to_ask(query: ProcedureQuery) -> Wish | None:
    """What the form asks next; None when nothing is left to ask."""
    return None if query.code or query.has_given_up else Wish.PROCEDURE


def begin(query: ProcedureQuery, turn: Turn, procedures: Procedures) -> ProcedureQuery:
    """Look for what the caller came with. query: what is known already, such as the aspects wanted."""
    if not turn.text or is_unnamed(turn.text):
        return query
    return _search(query.but(words=turn.text), turn.text, procedures)


def advance(query: ProcedureQuery, turn: Turn, procedures: Procedures) -> ProcedureQuery | None:
    """Return the query after the caller's answer, None when the turn answers something else."""
    if query.choices:
        picked = _pick(query, turn, procedures)
        if picked:
            return query.but(code=picked, choices=())
        if turn.intent == "deny" or _NONE_OF_THEM.search(turn.text):
            return query.but(choices=(), misses=query.misses + 1)
    if not turn.text:
        return None
    if turn.intent in ("affirm", "deny", "dont_know"):
        return query.but(choices=(), has_given_up=True)
    # The first words and the answer together say more than the answer alone.
    together = f"{query.words} {turn.text}".strip()
    alone = _search(query.but(choices=(), words=together), turn.text, procedures)
    return alone if alone.code or alone.choices else _search(query.but(words=together), together, procedures)


def is_unnamed(text: str) -> bool:
    """Whether a text asks for another procedure without saying which."""
    return bool(_ANOTHER.search(text)) and len(text.split()) <= 6


def asked_aspects(turn: Turn) -> tuple[Aspect, ...]:
    """The aspects that a turn asks about, each once, as they were said."""
    known = {aspect.value for aspect in Aspect}
    named = [Aspect(value) for value in turn.values("procedure_aspect") if value in known]
    said = [aspect for aspect, words in _ASPECT_WORDS if re.search(words, turn.text, re.IGNORECASE)]
    return tuple(dict.fromkeys(named or said))


def _pick(query: ProcedureQuery, turn: Turn, procedures: Procedures) -> str:
    """The choice that the caller took, by its rank or by its words; "" when neither tells."""
    rank = chosen_rank(turn.text, len(query.choices))
    if rank is not None:
        return query.choices[rank]
    if not turn.text:
        return query.choices[0] if turn.intent == "affirm" else ""
    ranked = {candidate.procedure.code for candidate in procedures.search(turn.text).candidates}
    titles = {code: found.title for code in query.choices if (found := procedures.get(code)) is not None}
    exact = [code for code, title in titles.items() if title.casefold() == turn.text.casefold()]
    both = exact or [code for code in query.choices if code in ranked]
    if len(both) == 1:
        return both[0]
    return query.choices[0] if turn.intent == "affirm" and not both else ""


def _search(query: ProcedureQuery, words: str, procedures: Procedures) -> ProcedureQuery:
    found = procedures.search(words)
    codes = tuple(candidate.procedure.code for candidate in found.candidates)
    if found.verdict is Verdict.CLEAR:
        return query.but(code=codes[0], choices=())
    if found.verdict is Verdict.SEVERAL and query.misses < MISSES_BEFORE_GIVING_UP:
        # One choice alone is taken: its title is said, so a mistake is heard at once.
        return query.but(code=codes[0], choices=()) if len(codes) == 1 else query.but(choices=codes)
    misses = query.misses + 1
    return query.but(choices=(), misses=misses, has_given_up=misses >= MISSES_BEFORE_GIVING_UP)
