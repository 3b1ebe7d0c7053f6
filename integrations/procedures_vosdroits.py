"""Reads the sheets of service-public's « vosdroits »: what they say of papers, prices and links.

One XML file a sheet, `F1341.xml`, in a folder or in the zip that is published. Chapters, cases, situations
and lists nest in many ways, so what is wanted is found by the titles above it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from integrations.directory_words import plain

MAX_SHEET_BYTES = 5 * 1024 * 1024
_HEAD_BYTES = 4096
_TITLE = re.compile(r"<dc:title>([^<]*)</dc:title>")
_SHEET_NAME = re.compile(r"(?:^|/)(F\d{1,6})\.xml$")
_DC = "{http://purl.org/dc/elements/1.1/}"
# Beside the text proper: what they hold is not about this procedure, or is said elsewhere.
_ASIDES = frozenset(
    {
        "OuSAdresser",
        "Reference",
        "Definition",
        "QuestionReponse",
        "PourEnSavoirPlus",
        "FilDAriane",
        "DossierPere",
    }
)
_TITLED = frozenset({"Chapitre", "SousChapitre", "Situation", "Cas"})
_PAPERS = re.compile(
    r"\b(?:pieces?|documents?|justificatifs?|papiers?)\b.*\b(?:fournir|joindre|presenter|apporter|necessaires?)\b"
    r"|\bque(?:l|lle)s? (?:pieces?|documents?|justificatifs?|papiers?)\b|^pieces? justificatives?"
)
_PRICE = re.compile(r"\bcouts?\b|\btarifs?\b|\bprix\b|\bcombien\b|\bmontants?\b|\bfrais\b")
_AMOUNT = re.compile(r"(\d{1,3}(?:[  .]\d{3})+|\d+)(,\d{1,2})?\s?(?:€|euros?\b)")
_FREE = re.compile(r"\bgratuit(?:e|es|s|ement)?\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý0-9])")
FREE = "gratuit"


class SheetsError(Exception):
    """The path is no folder or zip of sheets."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet says, as it says it.

    modified: ISO date, "" when not told. summary: its introduction. documents: papers to bring, each once.
    prices: the sentences that name an amount. amounts: euros as "86" or "25,50", and "gratuit".
    links: https addresses, its own page first, then the online services that it names.
    """

    id: str
    title: str
    modified: str
    summary: str
    documents: tuple[str, ...]
    prices: tuple[str, ...]
    amounts: tuple[str, ...]
    links: tuple[str, ...]


def read_sheets(path: Path, wanted: Collection[str]) -> tuple[dict[str, Sheet], dict[str, str]]:
    """Read the sheets of these identifiers: what could be read, and why the others could not.

    Raises SheetsError, OSError. Identifiers that are not there at all are in neither.
    """
    sheets: dict[str, Sheet] = {}
    faults: dict[str, str] = {}
    n_files = 0
    for sheet_id, load in _files(path):
        n_files += 1
        if sheet_id not in wanted:
            continue
        content = load(MAX_SHEET_BYTES + 1)
        if len(content) > MAX_SHEET_BYTES:
            faults[sheet_id] = "too long"
            continue
        try:
            sheets[sheet_id] = parse_sheet(content)
        except (ParseError, DefusedXmlException, ValueError) as error:
            faults[sheet_id] = f"{type(error).__name__}: {error}"
    if not n_files:
        raise SheetsError(f"{path}: no sheet of vosdroits (F….xml)")
    return sheets, faults


def read_titles(path: Path) -> dict[str, str]:
    """The titles of all sheets by their identifiers, from their heads only. Raises SheetsError, OSError."""
    titles: dict[str, str] = {}
    for sheet_id, load in _files(path):
        found = _TITLE.search(load(_HEAD_BYTES).decode("utf-8", "replace"))
        if found:
            titles[sheet_id] = " ".join(unescape(found[1]).split())
    return titles


def parse_sheet(content: bytes) -> Sheet:
    """Read one sheet. Raises ParseError, DefusedXmlException, ValueError for what is none."""
    root = fromstring(content)
    if root.tag != "Publication" or not root.get("ID"):
        raise ValueError("no Publication")
    priced = list(_price_sentences(root))
    return Sheet(
        id=root.get("ID", ""),
        title=_text(root.find(f"{_DC}title")),
        modified=_text(root.find(f"{_DC}date")).removeprefix("modified").strip(),
        summary=_summary(root),
        documents=tuple(dict.fromkeys(_documents(root))),
        prices=tuple(priced),
        amounts=tuple(dict.fromkeys(amount for sentence in priced for amount in amounts(sentence))),
        links=tuple(dict.fromkeys(_links(root))),
    )


def amounts(text: str) -> Iterator[str]:
    """The amounts in a text: "86", "25,50", and "gratuit" when it says so."""
    for found in _AMOUNT.finditer(text):
        yield re.sub(r"\D", "", found[1]) + (found[2] or "").removesuffix(",00")
    if _FREE.search(text):
        yield FREE


Load = Callable[[int], bytes]


def _files(path: Path) -> Iterator[tuple[str, Load]]:
    """Each sheet's identifier, and what reads so many bytes of it."""
    if path.is_dir():
        for file in sorted(path.rglob("F*.xml")):
            found = _SHEET_NAME.search(file.name)
            if found:
                yield found[1], partial(_read, partial(_open_file, file))
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                found = _SHEET_NAME.search(entry.filename)
                if found:
                    yield found[1], partial(_read, partial(archive.open, entry))
    except zipfile.BadZipFile as error:
        raise SheetsError(f"{path}: neither a folder nor a zip") from error


def _open_file(path: Path) -> IO[bytes]:
    return path.open("rb")


def _read(opened: Callable[[], IO[bytes]], n_bytes: int) -> bytes:
    with opened() as file:
        return file.read(n_bytes)


def _summary(root: Element) -> str:
    introduction = root.find("Introduction")
    paragraphs = introduction.iter("Paragraphe") if introduction is not None else iter(())
    said = " ".join(text for paragraph in paragraphs if (text := _text(paragraph)))
    return said or _text(root.find(f"{_DC}description"))


def _documents(root: Element) -> Iterator[str]:
    """The items of lists under a title about papers, or right after a sentence about them."""
    for part in _parts(root, ()):
        announced = _PAPERS.search(part.before) is not None
        if part.element.tag != "Liste" or not (announced or part.is_under(_PAPERS)):
            continue
        for item in part.element.findall("Item"):
            paragraph = item.find("Paragraphe")
            text = _text(paragraph if paragraph is not None else item).rstrip(" .;:")
            if text:
                yield text


def _price_sentences(root: Element) -> Iterator[str]:
    """The sentences that name an amount: those under a title about prices, or else all."""
    under_title: list[str] = []
    anywhere: list[str] = []
    for part in _parts(root, ()):
        if part.element.tag != "Paragraphe":
            continue
        for sentence in _SENTENCE_END.split(_text(part.element)):
            if any(amounts(sentence)):
                anywhere.append(sentence)
                if part.is_under(_PRICE):
                    under_title.append(sentence)
    yield from dict.fromkeys(under_title or anywhere)


def _links(root: Element) -> Iterator[str]:
    own = root.get("spUrl", "")
    candidates = [own, *(service.get("URL", "") for service in root.iter("ServiceEnLigne"))]
    yield from (link for link in candidates if re.fullmatch(r"https://\S+", link))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the text. titles: those above it; before: the paragraph just before it."""

    element: Element
    titles: tuple[str, ...]
    before: str

    def is_under(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(title) for title in self.titles)


def _parts(element: Element, titles: tuple[str, ...]) -> Iterator[_Part]:
    before = ""
    for child in element:
        if child.tag in _ASIDES or child.tag == "Titre":
            continue
        is_titled = child.tag in _TITLED
        below = (*titles, plain(_text(child.find("Titre")))) if is_titled else titles
        yield _Part(child, below, before)
        before = plain(_text(child)) if child.tag == "Paragraphe" else ""
        yield from _parts(child, below)


def _text(element: Element | None) -> str:
    """All text of an element on one line, with the spaces that French puts before its marks."""
    if element is None:
        return ""
    return " ".join("".join(element.itertext()).split())
