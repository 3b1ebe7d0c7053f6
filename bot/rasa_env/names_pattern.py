"""One regular expression for a list of names; pure.

Rasa compares a text with each name of a lookup table in turn, at every word: with a city's streets that is a
good part of a training. Letter by letter, most names are out after the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

_Tree: TypeAlias = "dict[str, _Tree]"
_END = ""


def names_pattern(names: Iterable[str]) -> str:
    """Return what matches any of these names between word boundaries; of several that fit, the longest."""
    tree: _Tree = {}
    for name in names:
        node = tree
        for letter in name:
            node = node.setdefault(letter, {})
        node[_END] = {}
    return rf"\b{_branches(tree)}\b"


def _branches(node: _Tree) -> str:
    options = [re.escape(letter) + _branches(rest) for letter, rest in node.items() if letter != _END]
    if not options:
        return ""
    if len(options) == 1 and _END not in node:
        return options[0]
    # What goes on comes before what ends here.
    return f"(?:{'|'.join(options)}){'?' if _END in node else ''}"
