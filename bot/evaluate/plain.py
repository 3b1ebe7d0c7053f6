"""Sentences as they are compared: without marks, case, accents and punctuation; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml

_MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def plain(example: str) -> str:
    """The words alone, of a sentence with or without entity marks."""
    text = unicodedata.normalize("NFD", _MARKED.sub(r"\1", example).casefold())
    letters = (" " if not char.isalnum() else char for char in text if not unicodedata.combining(char))
    return " ".join("".join(letters).split())


def sentences(path: Path) -> Iterator[str]:
    """The plain sentences of a file of NLU examples, in its order."""
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        if "intent" in block:
            for line in block["examples"].splitlines():
                yield plain(line.removeprefix("- "))
