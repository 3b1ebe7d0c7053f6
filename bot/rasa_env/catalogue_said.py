"""What people say of the city's procedures and of other authorities, as Rasa reads it; main environment.

The examples carry the name of their list as metadata: `catalogue_likeness.py` says what is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

# Where sentences of each list mostly lead; the classifier learns from the list, not from this.
_INTENTS = {"procedures": "ask_procedure", "authorities": "other_authority"}


def catalogue_said(city_dir: Path) -> str:
    """Return the sentences as Rasa reads them. city_dir: with `procedures` and `authorities.yml`."""
    said = {"procedures": list(_of_procedures(city_dir)), "authorities": list(_of_authorities(city_dir))}
    blocks = [
        f"  - intent: {_INTENTS[name]}\n    metadata:\n      catalogue: {name}\n    examples: |\n"
        + "\n".join(f"      - {_line(sentence)}" for sentence in dict.fromkeys(sentences))
        for name, sentences in said.items()
    ]
    return 'version: "3.1"\nnlu:\n' + "\n".join(blocks) + "\n"


def _of_procedures(city_dir: Path) -> Iterator[str]:
    for path in sorted((city_dir / "procedures").glob("*.yml")):
        for procedure in yaml.safe_load(path.read_text(encoding="utf-8"))["procedures"].values():
            yield procedure["title"]
            yield from procedure["phrasings"]


def _of_authorities(city_dir: Path) -> Iterator[str]:
    path = city_dir / "authorities.yml"
    for authority in yaml.safe_load(path.read_text(encoding="utf-8"))["authorities"].values():
        yield from authority["answers"]


def _line(sentence: str) -> str:
    """In one line; what Rasa would read as a mark is none."""
    return " ".join(sentence.replace("[", " ").replace("]", " ").split()).lower()
