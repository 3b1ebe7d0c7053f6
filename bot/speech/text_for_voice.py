"""What is written, as it is to be said: numbers, hours, references and abbreviations as French words.

Voices read plain words best. Every rule here is one pattern and one function; they are applied in the
order of `_RULES`, the most specific first, so that a phone number is not read as five small numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bot.speech.french_numbers import MAX_NUMBER, cardinal, digit_by_digit, feminine, ordinal, pair

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_FEMININE = (
    r"(?:heures?|minutes?|secondes?|semaines?|journées?|années?|fois|personnes?|pièces?|photos?|places?"
    r"|demandes?|démarches?|réponses?|rues?|adresses?|lettres?|clés?|copies?|signatures?)"
)
_UNITS = {
    "km/h": "kilomètre heure", "km": "kilomètre", "m²": "mètre carré", "m2": "mètre carré", "m": "mètre",
    "cm": "centimètre", "kg": "kilo", "min": "minute", "mn": "minute", "l": "litre", "t": "tonne",
}  # fmt: skip
# Only as whole words; a final point belongs to them.
_ABBREVIATIONS = {
    "M.": "monsieur", "MM.": "messieurs", "Mme": "madame", "Mmes": "mesdames", "Mlle": "mademoiselle",
    "Dr": "docteur", "Pr": "professeur", "Me": "maître", "St": "saint", "Ste": "sainte", "av.": "avenue",
    "Av.": "avenue", "bd": "boulevard", "Bd": "boulevard", "bd.": "boulevard", "Bd.": "boulevard",
    "pl.": "place", "Pl.": "place", "ch.": "chemin", "Ch.": "chemin", "imp.": "impasse", "Imp.": "impasse",
    "rte": "route", "Rte": "route", "tél.": "téléphone", "Tél.": "téléphone", "p. ex.": "par exemple",
    "etc.": "et cetera", "c.-à-d.": "c'est-à-dire", "B.P.": "boîte postale", "env.": "environ",
    "max.": "maximum", "min.": "minimum", "cf.": "voir", "RDV": "rendez-vous",
    "rdv": "rendez-vous", "h/24": "heures sur vingt-quatre", "j/7": "jours sur sept",
}  # fmt: skip
# Abbreviations whose point does not end a sentence, for whoever cuts texts into clauses.
DOTTED_ABBREVIATIONS = frozenset(name for name in _ABBREVIATIONS if name.endswith("."))
_LETTERS = {
    "B": "bé", "C": "cé", "D": "dé", "F": "effe", "G": "gé", "H": "hache", "J": "ji", "K": "ka", "L": "elle",
    "M": "emme", "N": "enne", "P": "pé", "Q": "ku", "R": "erre", "S": "esse", "T": "té", "V": "vé",
    "W": "double vé", "X": "ixe", "Z": "zède",
    "A": "a", "E": "eu", "I": "i", "O": "o", "U": "u", "Y": "i grec",
}  # fmt: skip
# Said letter by letter although they could be read as words.
_INITIALISMS = ("APL", "ASVP", "CCAS", "CNI", "EDF", "OPH", "PLU", "PMI", "RIB", "RSA")
_CONSONANTS = "".join(letter for letter in _LETTERS if letter not in "AEIOUY")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_DIGITS_3 = r"\d{1,3}(?: \d{3})+"


def text_for_voice(text: str) -> str:
    """Return the same text with nothing in it that must be known to be read aloud."""
    spoken = unicodedata.normalize("NFC", text)
    spoken = re.sub(r"[\s\u00a0\u202f\u2009]+", " ", spoken).replace("’", "'")
    for pattern, say in _RULES:
        spoken = pattern.sub(say, spoken)
    return re.sub(r"\s+([,.])", r"\1", re.sub(r" {2,}", " ", spoken)).strip()


def _phone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0].replace("(0)", ""))
    if found[0].startswith(("+33", "0033")):
        digits = "0" + digits.removeprefix("00").removeprefix("33")
    return ", ".join(pair(digits[i : i + 2]) for i in range(0, len(digits), 2))


def _free_phone(found: re.Match[str]) -> str:
    return ", ".join((f"zéro {cardinal(int(found[1]))}", *(_three(group) for group in found.groups()[1:])))


def _three(digits: str) -> str:
    return digit_by_digit(digits) if digits.startswith("0") else cardinal(int(digits))


def _short_phone(found: re.Match[str]) -> str:
    return f"{cardinal(int(found[1]))}, {pair(found[2])}"


def _reference(found: re.Match[str]) -> str:
    groups = re.findall(r"\d+", found[2])
    prefix = f"{found[1]}, " if found[1] else ""
    return prefix + ", ".join(digit_by_digit(group) for group in groups)


def _date(found: re.Match[str]) -> str:
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    return f"{'premier' if day == 1 else cardinal(day)} {_MONTHS[month - 1]} {cardinal(year)}"


def _time(found: re.Match[str]) -> str:
    hours, minutes = int(found[1]), int(found[2] or 0)
    # "sous 48 h" is a delay, "48:30" nothing that is said.
    if minutes > 59 or (hours > 24 and found[2]):
        return found[0]
    words = f"{feminine(hours)} heure{'s' if hours > 1 else ''}"
    return f"{words} {feminine(minutes)}" if minutes else words


def _euros(found: re.Match[str]) -> str:
    whole, cents = int(found[1].replace(" ", "")), int((found[2] or "0").ljust(2, "0"))
    # "un million d'euros": only round millions take the preposition.
    of = "d'" if whole and whole % 10**6 == 0 else ""
    words = f"{cardinal(whole)} {of}euro{'s' if whole > 1 else ''}"
    return f"{words} {cardinal(cents)}" if cents else words


def _unit(found: re.Match[str]) -> str:
    number, unit = found[1], _UNITS[found[2]]
    is_plural = float(number.replace(" ", "").replace(",", ".")) >= 2
    words = " ".join(f"{word}s" for word in unit.split(" ")) if is_plural else unit
    return f"{number} {'kilomètres heure' if unit == 'kilomètre heure' and is_plural else words}"


def _ordinal(found: re.Match[str]) -> str:
    if found[2] in {"re", "ère", "ere"}:
        return "première"
    return ordinal(int(found[1]))


def _roman(found: re.Match[str]) -> str:
    values = [_ROMAN[letter] for letter in found[2]]
    following = [*values[1:], 0]
    number = sum(-value if value < after else value for value, after in zip(values, following, strict=True))
    return f"{found[1]} {ordinal(1) if number == 1 else cardinal(number)}"


def _decimal(found: re.Match[str]) -> str:
    decimals = found[2]
    zeros = len(decimals) - len(decimals.lstrip("0"))
    rest = [cardinal(int(decimals))] if int(decimals) else []
    return " ".join([cardinal(int(found[1].replace(" ", ""))), "virgule", *["zéro"] * zeros, *rest])


def _number(found: re.Match[str]) -> str:
    digits = found[0].replace(" ", "")
    if (digits.startswith("0") and len(digits) > 1) or int(digits) > MAX_NUMBER:
        return digit_by_digit(digits)
    return cardinal(int(digits))


def _before_feminine(found: re.Match[str]) -> str:
    return f"{feminine(int(found[1].replace(' ', '')))} {found[2]}"


def _web(found: re.Match[str]) -> str:
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", found[0]).rstrip("/")
    words = {".": " point ", "@": " arobase ", "-": " tiret ", "_": " tiret bas ", "/": " barre oblique "}
    return "".join(words.get(letter, letter) for letter in address)


def _spelled(found: re.Match[str]) -> str:
    return " ".join(_LETTERS[letter] for letter in found[0])


def _abbreviation(found: re.Match[str]) -> str:
    return _ABBREVIATIONS[found[0]]


def _words(*names: str) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"https?://[^\s,]*[\w/]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bwww\.[\w.-]*\w"), _web),
    (re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:fr|com|org|net|eu|gouv)\b"), _web),
    (re.compile(r"\b0 ?(8\d\d) (\d{3}) (\d{3})\b"), _free_phone),
    (re.compile(r"(?:(?:\+|\b00)33 ?(?:\(0\) ?)?|\b0)[1-9](?:[ .-]?\d\d){4}\b"), _phone),
    (re.compile(r"\b(3\d) (\d\d)\b(?! \d)"), _short_phone),
    (re.compile(r"(?:(?<=\ble )|(?<=\bau ))(3\d)(\d\d)\b"), _short_phone),
    (re.compile(r"\b[nN][°º] ?(?=\d)"), "numéro "),
    (re.compile(r"\b([A-Z]{2,4})[ -]?(\d{2,}(?:[ -]\d+)+|\d{5,})\b"), _reference),
    (re.compile(r"\b()(\d\d \d{4,6} \d)\b"), _reference),
    (re.compile(r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})\b"), _date),
    (re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"), _date),
    (re.compile(r"\b24 ?h ?/ ?24\b"), "vingt-quatre heures sur vingt-quatre"),
    (re.compile(r"\b7 ?j ?/ ?7\b"), "sept jours sur sept"),
    (re.compile(r"(?<=[\dh]) ?[-–] ?(?=\d{1,2} ?h)"), " à "),
    (re.compile(r"\b(\d{1,2}) ?[hH:] ?(\d\d)\b"), _time),
    (re.compile(r"\b(\d{1,2}) ?[hH]()\b"), _time),
    (re.compile(rf"\b({_DIGITS_3}|\d+)(?:[,.](\d{{1,2}}))? ?(?:€|euros?\b)"), _euros),
    (re.compile(rf"(?<![\w.-])(?:{_words(*_ABBREVIATIONS)})(?![\w])"), _abbreviation),
    (re.compile(rf"\b((?:{_DIGITS_3}|\d+)(?:,\d+)?) ?({_words(*_UNITS)})(?![\w'])"), _unit),
    (re.compile(r"\b(\d+)(ers?|re|ère|ere|èmes?|emes?|es?|nde?)\b"), _ordinal),
    (re.compile(r"\b([Ll]ouis|[Hh]enri|[Cc]harles|[Ff]rançois|[Nn]apoléon|Pie) ([IVX]+)\b"), _roman),
    (re.compile(r"(\d) ?%"), r"\1 pour cent"),
    (re.compile(rf"\b({_DIGITS_3}|\d+),(\d+)\b"), _decimal),
    (re.compile(rf"\b({_DIGITS_3}|\d+) ({_FEMININE})\b"), _before_feminine),
    (re.compile(r"(?<=\d)(?=(?:bis|ter|quater)\b)"), " "),
    (re.compile(rf"{_DIGITS_3}(?!\d)|\d+"), _number),
    (re.compile(rf"\b(?:[{_CONSONANTS}]{{2,5}}|{_words(*_INITIALISMS)})\b"), _spelled),
    (re.compile(r" ?[«»\"“”*_#] ?"), " "),
    (re.compile(r" ?[()\[\]] ?| [-–—] "), ", "),
    (re.compile(r"&"), " et "),
    (re.compile(r"/"), " ou "),
    (re.compile(r"\+"), " plus "),
    (re.compile(r",(?: ?,)+"), ","),
    (re.compile(r",? ?,(?= ?[.!?;:])|^ ?, "), ""),
)
