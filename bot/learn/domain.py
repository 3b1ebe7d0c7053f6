"""What the model can be taught: the intents and entities of the domain."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.rasa_env.name_examples import ASPECTS

# Posted by the bot, never said.
_POSTED = frozenset({"hang_up"})


@dataclass(frozen=True, slots=True)
class Domain:
    """intents, entities: names, in the order of the domain. values: of entities that have a closed list."""

    intents: tuple[str, ...]
    entities: tuple[str, ...]
    values: dict[str, tuple[str, ...]]


def read_domain(root: Path) -> Domain:
    read = yaml.safe_load((root / "domain" / "intents.yml").read_text(encoding="utf-8"))
    return Domain(
        tuple(name for name in map(_name, read["intents"]) if name not in _POSTED),
        tuple(map(_name, read["entities"])),
        {"procedure_aspect": ASPECTS},
    )


def _name(entry: str | dict[str, object]) -> str:
    return entry if isinstance(entry, str) else next(iter(entry))
