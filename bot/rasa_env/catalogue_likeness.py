"""How like a sentence is to what people say of procedures and other authorities; Rasa environment.

The city's catalogue holds thousands of sentences of callers. As they stand they are examples of no intent
("mon chat a disparu" is told for many reasons), but to be near some of them tells much. `catalogue_said.py`
hands them over as examples whose metadata names their list; nothing else learns from them.
"""

# Rasa and scipy are not installed where mypy runs.
# mypy: disable-error-code="import-not-found, import-untyped, no-any-return"

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.training_data.message import Message

Floats = NDArray[np.float32]

LISTS = ("procedures", "authorities")
# The nearest sentence of a list counts, and the mean of so many.
NEAREST = 5


def catalogue_list(message: Message) -> str | None:
    """Return which list a sentence stands in, or None for an example of what callers say to the callbot."""
    metadata = message.get("metadata") or {}
    return (metadata.get("intent") or {}).get("catalogue")


def examples_only(messages: Iterable[Message]) -> list[Message]:
    """Return the messages without those of the catalogue."""
    return [message for message in messages if catalogue_list(message) is None]


def likeness(features: Any, lists: list[Any]) -> Floats:
    """Return [sentences, two per list]: how like the nearest sentence of a list, how like the nearest few.

    features: [sentences, n], rows of length 1, as in each of `lists`; dense or sparse.
    """
    columns = []
    for said in lists:
        alike = features @ said.T
        nearest = np.sort(alike if isinstance(alike, np.ndarray) else alike.toarray(), axis=1)[:, -NEAREST:]
        columns += [nearest[:, -1], nearest.mean(axis=1)]
    return np.stack(columns, axis=1).astype(np.float32)
