"""Words as they are compared: lower case, without accents, apostrophes and hyphens as spaces."""

from __future__ import annotations

import re
import unicodedata

_JOINTS = re.compile(r"['’ʼ‘`´_\-‐‑–]+")
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text in lower case without accents; apostrophes and hyphens are spaces, other punctuation stays."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    bare = bare.replace("œ", "oe").replace("æ", "ae")
    return _SPACES.sub(" ", _JOINTS.sub(" ", bare)).strip()
