"""Which passwords are too easy to guess. Pure."""

from __future__ import annotations

import re
import unicodedata

MIN_CHARS = 12
MAX_CHARS = 200
MIN_DIFFERENT = 6
# Words that people put a number behind, or write several times.
_OBVIOUS = frozenset(
    """
    motdepasse password passe secret azerty azertyuiop qwerty qwertyuiop bonjour bienvenue welcome soleil
    loulou doudou chouchou marseille football france iloveyou jetaime letmein changeme changezmoi admin
    administrateur administrator administration callbot console standard telephone accueil mairie
    mairiedenimes nimes villedenimes gard occitanie crocodile feria arenes
    """.split()  # noqa: SIM905
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "01234567890",
)


def weakness(password: str, *personal: str) -> str:
    """Why a password will not do, as a French sentence; "" when it will. personal: the login, the name."""
    if len(password) < MIN_CHARS:
        return f"Choisissez au moins {MIN_CHARS} caractères : plusieurs mots font un bon mot de passe."
    if len(password) > MAX_CHARS:
        return f"Choisissez au plus {MAX_CHARS} caractères."
    folded = _folded(password)
    if len(set(folded)) < MIN_DIFFERENT:
        return "Choisissez des caractères plus variés."
    if any(len(word) > 3 and word in folded for each in personal for word in _folded(each).split()):
        return "N'y mettez ni votre nom ni votre identifiant."
    letters = re.sub(r"[^a-z]", "", folded)
    if any(letters.replace(word, "") == "" for word in _OBVIOUS if letters) or _is_run(folded):
        return "Ce mot de passe est trop facile à deviner."
    return ""


def _is_run(folded: str) -> bool:
    """Whether it is mostly keys in a row or one piece again and again."""
    plain = re.sub(r"\W", "", folded)
    longest = max((_longest_in(plain, run) for run in (*_RUNS, *(run[::-1] for run in _RUNS))), default=0)
    return longest * 2 > len(plain) or bool(re.fullmatch(r"(.{1,6}?)\1+.?", plain))


def _longest_in(text: str, run: str) -> int:
    best = 0
    for start in range(len(text)):
        while text[start : start + best + 1] in run and start + best < len(text):
            best += 1
    return best


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
