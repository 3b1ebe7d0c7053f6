"""What an account may be called. Pure."""

from __future__ import annotations

import re

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
# Visitors of the chat read it.
_NAME = re.compile(r"[^<>\x00-\x1f\x7f]{1,60}")
_EXTENSION = re.compile(r"\d{0,16}")


def fault_of(*, login: str = "x", name: str = "x", extension: str = "") -> str:
    """What is wrong with an account's fields, as a French sentence; "" when nothing is."""
    if not _LOGIN.fullmatch(login.casefold()):
        return "L'identifiant a au plus 64 lettres sans accent, chiffres, points, tirets ou arobases."
    if not _NAME.fullmatch(name) or not name.strip():
        return "Le nom a de 1 à 60 caractères, sans chevrons."
    if not _EXTENSION.fullmatch(extension):
        return "Le poste téléphonique a au plus 16 chiffres."
    return ""
