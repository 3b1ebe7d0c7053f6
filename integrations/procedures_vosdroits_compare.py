"""Sets what the official sheets say beside what the city's procedures say. Pure.

The city's texts are rewritten in easy French, so they never equal the sheet's. What was accepted once is
remembered: from then on only what the sheet itself changed is a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from integrations.city_falc import breaches
from integrations.city_procedures import Procedure
from integrations.directory_words import plain
from integrations.procedures_vosdroits import FREE, Sheet, amounts

_SHEET_ID = re.compile(r"\bF\d{2,6}\b")
_QUOTED = re.compile(r"«\s*([^»]+?)\s*»")
_SAME_TITLE = 80.0
_SAME_SUMMARY = 90.0
_SAME_PAPER = 80.0
_OFFICIAL_HOST = re.compile(r"(?:^|\.)service-public(?:\.gouv)?\.fr$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý0-9])")
_ANNOUNCES = re.compile(r"\?$|^Nous vous |^Voici |^Cette (?:fiche|page)\b|\bsont présentées ici\b")
# What may be left out of an official sentence without changing what it says.
_ASIDE = re.compile(r"\s*\([^()]*\)")


class Field(StrEnum):
    """What of a procedure is compared; the names of the fields of its file."""

    SUMMARY = "summary"
    DOCUMENTS = "documents"
    PRICE = "price"
    ONLINE = "online"


Facts = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Official:
    """What all sheets of one procedure say together. modified: of the newest."""

    sheets: tuple[str, ...]
    modified: str
    summary: str
    documents: tuple[str, ...]
    prices: tuple[str, ...]
    amounts: tuple[str, ...]
    links: tuple[str, ...]

    def facts(self, field: Field) -> Facts:
        """What is remembered of a field."""
        match field:
            case Field.SUMMARY:
                return self.summary
            case Field.DOCUMENTS:
                return self.documents
            case Field.PRICE:
                return self.amounts
            case Field.ONLINE:
                return self.links


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a procedure that its official sheet says otherwise.

    ours: as the city says it. official: as the sheet says it. proposal: what can be written in its place;
    None when only a person can, for `reason`.
    """

    code: str
    field: Field
    sheets: tuple[str, ...]
    modified: str
    ours: Facts
    official: Facts
    proposal: Facts | None
    reason: str = ""


def sheet_ids(procedure: Procedure) -> tuple[str, ...]:
    """The identifiers of the sheets that a procedure was taken from."""
    page = urlsplit(procedure.online or "").path if procedure.online else ""
    return tuple(dict.fromkeys(_SHEET_ID.findall(f"{procedure.source} {page}")))


def likely_sheets(
    procedures: Iterable[Procedure], titles: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Procedures that name a sheet by its title only, each with the sheet's identifier and full title."""
    plain_titles = {sheet_id: plain(title) for sheet_id, title in titles.items()}
    for procedure in procedures:
        named = "service-public" in procedure.source and _QUOTED.search(procedure.source)
        if not named or sheet_ids(procedure):
            continue
        best = process.extractOne(
            plain(named[1]), plain_titles, scorer=fuzz.token_sort_ratio, score_cutoff=_SAME_TITLE
        )
        if best:
            yield procedure.code, best[2], titles[best[2]]


def official_of(procedure: Procedure, sheets: Mapping[str, Sheet]) -> Official | None:
    """What its sheets say of a procedure, None when one of them is missing."""
    ids = sheet_ids(procedure)
    if not ids or any(each not in sheets for each in ids):
        return None
    read = [sheets[each] for each in ids]
    return Official(
        sheets=ids,
        modified=max(sheet.modified for sheet in read),
        summary=read[0].summary,
        documents=_union(sheet.documents for sheet in read),
        prices=_union(sheet.prices for sheet in read),
        amounts=_union(sheet.amounts for sheet in read),
        links=_union(sheet.links for sheet in read),
    )


def differences(
    procedure: Procedure,
    official: Official,
    accepted: Mapping[str, Facts],
    hard_words: Mapping[str, str],
) -> Iterator[Difference]:
    """What the sheets say otherwise. accepted: field → what they said when it was last accepted."""
    for field in Field:
        facts = official.facts(field)
        if not facts or accepted.get(field) == facts:
            continue
        if field not in accepted and _agrees(procedure, official, field, hard_words):
            continue
        proposal, reason = _proposal(procedure, official, field, accepted.get(field, ()), hard_words)
        ours = _ours(procedure, field)
        if proposal == ours:
            continue
        shown = official.prices if field is Field.PRICE else facts
        yield Difference(
            procedure.code, field, official.sheets, official.modified, ours, shown, proposal, reason
        )


def _ours(procedure: Procedure, field: Field) -> Facts:
    value: Facts | None = getattr(procedure, field.value)
    return value or ""


def _agrees(procedure: Procedure, official: Official, field: Field, hard_words: Mapping[str, str]) -> bool:
    """Whether the city's own words say the same, when nothing was accepted yet."""
    match field:
        case Field.SUMMARY:
            told = plain(_told(official.summary))
            return not told or fuzz.token_set_ratio(plain(procedure.summary), told) >= _SAME_SUMMARY
        case Field.DOCUMENTS:
            return all(_has(paper, procedure.documents, hard_words) for paper in official.documents)
        case Field.PRICE:
            ours = set(amounts(procedure.price))
            return bool(ours) and ours <= set(official.amounts)
        case Field.ONLINE:
            return _is_local(procedure.online) or procedure.online in official.links


def _has(paper: str, papers: Iterable[str], hard_words: Mapping[str, str]) -> bool:
    """Whether a list has a paper, in whatever words: hard ones count as what is said in their place."""
    wanted = _plainly(paper, hard_words)
    return any(fuzz.token_set_ratio(wanted, _plainly(each, hard_words)) >= _SAME_PAPER for each in papers)


def _plainly(text: str, hard_words: Mapping[str, str]) -> str:
    for hard, easy in hard_words.items():
        text = re.sub(rf"(?<!\w){re.escape(hard)}(?!\w)", easy, text, flags=re.IGNORECASE)
    return plain(text)


def _is_local(link: str | None) -> bool:
    """A page of the city's own, which its sheets cannot know."""
    host = urlsplit(link or "").hostname
    return host is not None and not _OFFICIAL_HOST.search(host)


def _proposal(
    procedure: Procedure,
    official: Official,
    field: Field,
    accepted: Facts,
    hard_words: Mapping[str, str],
) -> tuple[Facts | None, str]:
    match field:
        case Field.SUMMARY:
            told = _told(official.summary)
            return _easy(told, hard_words) if told else (None, "the introduction only announces the sheet")
        case Field.DOCUMENTS:
            before = accepted if isinstance(accepted, tuple) else ()
            return _papers(procedure.documents, before, official.documents, hard_words)
        case Field.PRICE:
            changed = _with_new_amount(procedure.price, accepted, official.amounts)
            return (changed, "") if changed else _easy(" ".join(official.prices), hard_words)
        case Field.ONLINE:
            return official.links[0], ""


def _told(summary: str) -> str:
    """An introduction without "Vous voulez… ? Nous vous présentons…": what is left tells something."""
    return " ".join(each for each in _SENTENCE_END.split(summary) if not _ANNOUNCES.search(each))


def _with_new_amount(ours: str, accepted: Facts, now: tuple[str, ...]) -> str | None:
    """Our own sentence with the one amount that changed; None when it is not one against one."""
    said = set(amounts(ours)) - {FREE}
    before = set(accepted) & said if accepted else said
    gone = before - set(now)
    new = set(now) - set(accepted or said) - {FREE}
    if len(gone) != 1 or len(new) != 1:
        return None
    (old,), (fresh,) = gone, new
    pattern = rf"(?<![\d,]){re.escape(old)}(?![\d,])(?=\s?(?:€|euros?\b))"
    changed, n_changed = re.subn(pattern, fresh, ours)
    return changed if n_changed == 1 else None


def _papers(
    ours: tuple[str, ...], before: tuple[str, ...], now: tuple[str, ...], hard_words: Mapping[str, str]
) -> tuple[tuple[str, ...] | None, str]:
    """Our own list without the papers that the sheet dropped, and with those that it added."""
    gone = [each for each in before if each not in now]
    kept = [each for each in ours if not _has(each, gone, hard_words) or _has(each, now, hard_words)]
    added: list[str] = []
    for paper in now:
        if paper in before or _has(paper, kept, hard_words):
            continue
        text, reason = _easy(paper[:1].upper() + paper[1:], hard_words)
        if text is None:
            return None, reason
        added.append(text)
    return (*kept, *added), ""


def _easy(text: str, hard_words: Mapping[str, str]) -> tuple[str | None, str]:
    """An official text when it may be read aloud as it is, None and why when a person must rewrite it.

    Hard words are not replaced here: put in their place, the easy ones seldom make a French sentence.
    """
    easier = " ".join(_ASIDE.sub("", text).replace("€", " euros").split())
    faults = list(breaches(easier, hard_words))
    return (None, f"not easy French: {faults[0]}") if faults else (easier, "")


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))
