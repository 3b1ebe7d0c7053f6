"""A person whom a caller names: "Madame Roux de l'urbanisme" is put through to the service, with the name."""

from __future__ import annotations

import re

_TITLES = {"madame": "Madame", "mme": "Madame", "monsieur": "Monsieur", "mr": "Monsieur", "m.": "Monsieur"}
TITLED = re.compile(r"\b(?P<title>madame|mme|monsieur|mr|m\.)\s+", re.IGNORECASE)
_NAME_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_GREETED = re.compile(
    r"\b(?:bonjour|bonsoir|merci|oui|non|allô|allo|pardon|bien|revoir|d'accord)\s+$", re.IGNORECASE
)
_LINK = re.compile(
    r"\s*(?:,|$|(?:de|du|des|au|aux|à|chez|qui|s'il|svp|pour|est|dans|et|ou|elle|il|me|m'|d')\b)", re.I
)
# After a title these begin a sentence or an office, not a name.
_NOT_NAME_WORDS = """
a adjoint ai alors au aux avec avez bonjour c ce cela cette chez comme comment d dans de depuis des
directeur directrice dites du elle elles en est et euh excusez faut il ils j jai jaurais je l la le les
leur ma maire mais merci mes moi mon n ne non nos notre nous on or ou oui où par parce pardon pas peut
peux plus pour pourquoi pouvez président puis qu quand que quel quelle quelles quels qui quoi s sa sans
savez se ses si son sont sur tout toute très tu un une va vais vas veux vient voilà vos votre voudrais
vous y à ça
"""
_NOT_NAMES = frozenset(_NOT_NAME_WORDS.split())
_MAX_NAME_WORDS = 3


def named_person(words: str) -> str:
    """The person named with a title, "Madame Roux"; "" when nobody is named."""
    return _find(words)[0]


def without_person(words: str) -> str:
    """The same words without the person: a Monsieur Jardin does not mean the gardens."""
    _, start, end = _find(words)
    return f"{words[:start]} {words[end:]}".strip()


def _find(words: str) -> tuple[str, int, int]:
    for titled in TITLED.finditer(words):
        names, end = names_at(words, titled.end())
        if not names:
            continue
        if is_greeting(words, titled.start(), end):
            continue
        title = _TITLES[titled["title"].lower()]
        return " ".join([title, *names]), titled.start(), end
    return "", len(words), len(words)


def is_greeting(words: str, start: int, end: int) -> bool:
    """Whether the title at `start` only greets; `end`: where the words that may be a name end.

    "bonjour madame" names somebody only if the sentence goes on after a name.
    """
    return bool(_GREETED.search(words[:start])) and not _LINK.match(words, end)


def names_at(words: str, start: int) -> tuple[list[str], int]:
    """The words of a name that starts at `start`, capitalised, and where it ends; `start` when none."""
    names: list[str] = []
    end = start
    while len(names) < _MAX_NAME_WORDS:
        word = _NAME_WORD.match(words, end + (1 if names and words[end : end + 1] == " " else 0))
        if word is None or word.group().lower() in _NOT_NAMES or _continues(words, word.end()):
            break
        is_written_as_name = word.group()[0].isupper()
        # A recogniser without capitals gives no sign where a name ends: take one word.
        if names and not is_written_as_name:
            break
        names.append(word.group() if is_written_as_name else word.group().capitalize())
        end = word.end()
    return names, end


def _continues(words: str, end: int) -> bool:
    """Whether the word is the elided start of another: "l'", "qu'"."""
    return words[end : end + 1] in {"'", "’"}
