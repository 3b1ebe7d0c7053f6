"""Sentences that say nearly the same, found together. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

# From 100 for the same words in any order. Lower, sentences of the same length begin to meet by chance.
ALIKE = 72
_WORDS = re.compile(r"\w+")
# Said around anything: two sentences are not alike because of them.
_SAID_AROUND = """
a ah alors au aux avec bah ben bonjour bonsoir c ce d dans de des donc du en est et eu euh hein il
ils j je l la le les m ma mais me merci mes mon n ne non on ou oui par pas plait pour qu que qui s
sa se si sil son sur t te tu un une vous voudrais y
"""
_FILLERS = frozenset(_SAID_AROUND.split())


def group_alike(texts: Sequence[str]) -> list[list[int]]:
    """Return groups of positions in `texts`, the largest first; in each, the most typical first.

    The first of each group, as they come, draws what is alike: a sentence is in one group only.
    """
    keys = [_key(text) for text in texts]
    alike = process.cdist(keys, keys, scorer=fuzz.token_sort_ratio, dtype=np.uint8) >= ALIKE
    # Whoever is like many draws first, so that groups form around what is said most.
    order = np.argsort(-alike.sum(axis=0), kind="stable")
    left, groups = set(range(len(texts))), []
    for middle in map(int, order):
        if middle not in left:
            continue
        near = [int(other) for other in np.flatnonzero(alike[middle]) if int(other) in left]
        # What has no words at all is like nothing, itself included.
        found = [middle, *(other for other in near if other != middle)]
        left.difference_update(found)
        groups.append(found)
    return sorted(groups, key=len, reverse=True)


def _key(text: str) -> str:
    """A sentence's words that matter, without accents; all its words if none does."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    words = _WORDS.findall(plain)
    return " ".join([word for word in words if word not in _FILLERS] or words)
