"""Conversations written as YAML: the caller says, the bot answers with these sentences and facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Part):
    """One exchange.

    user: what the caller says. bot: names of the sentences of the answer, in order.
    says: words that the answer must hold. expect, action: of the answer's `custom`.
    """

    user: str
    bot: tuple[str, ...]
    says: tuple[str, ...] = ()
    expect: str | None = None
    action: str | None = None


class Conversation(_Part):
    """A whole conversation.

    filed: fields of the reports that must be in the desk afterwards, in the order they were filed.
    callbacks: the same for call-back requests.
    """

    name: str
    caller: str = "+33612345678"
    channel: str = "voice"
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    filed: tuple[dict[str, Any], ...] = ()
    callbacks: tuple[dict[str, Any], ...] = ()


def load_conversations(folder: Path) -> list[Conversation]:
    """Read every conversation of a folder's YAML files."""
    adapter = TypeAdapter(list[Conversation])
    return [
        conversation
        for path in sorted(folder.glob("*.yml"))
        for conversation in adapter.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]
