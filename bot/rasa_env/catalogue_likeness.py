"""How like a sentence is to what people say of procedures and other authorities; Rasa environment.

The city's catalogue holds thousands of sentences of callers (`catalogue_said.py`). As they stand they are
examples of no intent ("mon chat a disparu" is told for many reasons), but to be near some of them tells much.
"""

# scipy is not installed where mypy runs.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# The nearest sentence of a list counts, and the mean of so many.
NEAREST = 5


def likeness(features: Any, lists: list[Any]) -> Floats:
    """Return [sentences, two per list]: how like the nearest sentence of a list, how like the nearest few.

    features: [sentences, n], rows of length 1. lists: [n, said] each, columns of length 1; dense or sparse by
    rows. Turning a sparse list over takes ten times as long as the product: it is kept turned.
    """
    columns = []
    for said in lists:
        product = features @ said
        alike = product if isinstance(product, np.ndarray) else product.toarray()
        n = min(NEAREST, alike.shape[1])
        nearest = np.partition(alike, -n, axis=1)[:, -n:]
        columns += [nearest.max(axis=1), nearest.mean(axis=1)]
    return np.stack(columns, axis=1).astype(np.float32)
