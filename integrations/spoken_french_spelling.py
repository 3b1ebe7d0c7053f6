"""Names and e-mail addresses spelled aloud: "B comme Bernard", "deux n", "tiret", "arobase"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.spoken_french_numbers import write_numbers

_LETTER_NAMES = {letter: letter for letter in "abcdefghijklmnopqrstuvwxyzéèç"}
_LETTER_NAMES |= {
    "bé": "b",
    "cé": "c",
    "dé": "d",
    "effe": "f",
    "gé": "g",
    "hache": "h",
    "ache": "h",
    "gi": "j",
}
_LETTER_NAMES |= {"ji": "j", "ka": "k", "elle": "l", "aile": "l", "emme": "m", "aime": "m", "enne": "n"}
_LETTER_NAMES |= {
    "haine": "n",
    "pé": "p",
    "ku": "q",
    "erre": "r",
    "air": "r",
    "esse": "s",
    "té": "t",
    "vé": "v",
}
_LETTER_NAMES |= {"ixe": "x", "zède": "z", "zed": "z"}
_ACCENTS = {"aigu": str.maketrans("e", "é"), "grave": str.maketrans("aeu", "àèù")}
_ACCENTS |= {"circonflexe": str.maketrans("aeiou", "âêîôû")}
_SIGNS = {("tiret",): "-", ("trait", "d", "union"): "-", ("apostrophe",): "'", ("espace",): " "}
_TREMA = str.maketrans("eiu", "ëïü")
_SILENT = frozenset({"majuscule", "minuscule"})
_TOKEN = re.compile(r"[a-zàâçéèêëîïôûùü]+", re.IGNORECASE)
# "y a-t-il", "a-t-elle" spell nothing.
_INVERSION = re.compile(r"-t-(?:ils?|elles?|on)\b", re.IGNORECASE)
_COMME = re.compile(r"\b([a-z])\s+comme\s+[a-zàâçéèêëîïôûùü]+", re.IGNORECASE)
_MIN_LETTERS = 3
# "il y a" spells nothing.
_WORDS_TOO = frozenset("aoy")
_EMAIL = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_EMAIL_WORDS = (
    (re.compile(r"\s*\b(?:arobase|arrobase|at|a commercial)\b\s*"), "@"),
    (re.compile(r"\s*\b(?:underscore|tiret (?:du )?bas|souligné)\b\s*"), "_"),
    (re.compile(r"\s*\b(?:tiret|trait d'union)\b\s*"), "-"),
    (re.compile(r"\s*\bpoint\b\s*"), "."),
)


@dataclass(frozen=True, slots=True)
class Spelled:
    """Letters found in a text, and where: text[start:end] spelled them."""

    name: str
    start: int
    end: int
    n_letters: int


def spell_out(text: str) -> str:
    """The name that `text` spells, "Bonnet" for "b o deux n e t"; "" when it spells nothing."""
    runs = [run for run in spelled_runs(text) if run.n_letters >= _MIN_LETTERS]
    return max(runs, key=lambda run: run.n_letters).name if runs else ""


def write_spelled(text: str) -> str:
    """Write spelled names as words, and "b comme Bernard" as its letter."""
    for run in reversed(list(spelled_runs(text))):
        if run.n_letters >= _MIN_LETTERS:
            text = f"{text[: run.start]}{run.name}{text[run.end :]}"
    return _COMME.sub(lambda match: match.group(1).upper(), text)


def spelled_runs(text: str) -> Iterator[Spelled]:
    """Each run of letters, whatever its length."""
    plain = _INVERSION.sub(lambda match: "#" * len(match.group()), text)
    tokens = [(match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(plain)]
    index = 0
    while index < len(tokens):
        letters, n_tokens, n_letters = _read_run(text, tokens[index:])
        if n_letters and not set(letters.lower()) <= _WORDS_TOO:
            start, end = tokens[index][1], tokens[index + n_tokens - 1][2]
            yield Spelled(_capitalised(letters), start, end, n_letters)
        index += max(1, n_tokens)


def _read_run(text: str, tokens: list[tuple[str, int, int]]) -> tuple[str, int, int]:
    """The letters that a run of tokens spells, how many tokens, and how many letters were named."""
    letters, index, n_letters = "", 0, 0
    words = [word for word, _, _ in tokens]
    while index < len(words):
        if letters and (sign := _sign_at(words, index)):
            letters, index = letters + sign[0], index + sign[1]
            continue
        step = _letter_at(words, index)
        # The l of "l'école" spells nothing.
        is_elided = text[tokens[index][2] : tokens[index][2] + 1] in {"'", "’"}
        if step is None or is_elided:
            break
        letters, index, n_letters = _with_accent(letters + step[0], words, index + step[1], n_letters + 1)
    return letters.rstrip("-' "), index, n_letters


def _letter_at(words: list[str], index: int) -> tuple[str, int] | None:
    word, rest = words[index], words[index + 1 : index + 3]
    if word == "double" and rest[:1] in (["v"], ["vé"]):
        return "w", 2
    if word in {"double", "deux"} and rest and rest[0] in _LETTER_NAMES:
        return _LETTER_NAMES[rest[0]] * 2, 2
    if word == "i" and rest[:1] == ["grec"]:
        return "y", 2
    if word not in _LETTER_NAMES:
        return None
    return _LETTER_NAMES[word], 3 if rest[:1] == ["comme"] and len(rest) == 2 else 1


def _with_accent(letters: str, words: list[str], index: int, n_letters: int) -> tuple[str, int, int]:
    rest = words[index : index + 2]
    if rest[:1] == ["cédille"] and letters.endswith("c"):
        return letters[:-1] + "ç", index + 1, n_letters
    if rest[:1] == ["tréma"]:
        return letters[:-1] + letters[-1].translate(_TREMA), index + 1, n_letters
    if len(rest) == 2 and rest[0] == "accent" and rest[1] in _ACCENTS:
        return letters[:-1] + letters[-1].translate(_ACCENTS[rest[1]]), index + 2, n_letters
    return letters, index + (1 if rest[:1] and rest[0] in _SILENT else 0), n_letters


def _sign_at(words: list[str], index: int) -> tuple[str, int] | None:
    for sign_words, sign in _SIGNS.items():
        if tuple(words[index : index + len(sign_words)]) == sign_words:
            return sign, len(sign_words)
    return None


def _capitalised(letters: str) -> str:
    return re.sub(r"(?:^|(?<=[-' ]))\w", lambda match: match.group().upper(), letters)


def find_email(text: str) -> str:
    """The first e-mail address that `text` says or holds, in lower case; "" when there is none."""
    said = write_numbers(text).lower()
    for pattern, sign in _EMAIL_WORDS:
        said = pattern.sub(sign, said)
    said = re.sub(r"(?<=[a-z])\s+(?=\d+\s*@)", "", said)
    match = _EMAIL.search(said)
    return match.group() if match else ""
