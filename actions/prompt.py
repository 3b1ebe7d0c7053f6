"""A sentence of messages.yml with what fills it in, before anybody words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Prompt:
    """name: of the sentence. values: of its placeholders."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
