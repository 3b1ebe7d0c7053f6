"""What people say of the city's procedures and of other authorities; both environments.

`catalogue_likeness.py` says what is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

# The city whose names and sentences the model knows, as the lists in `nlu_data` do.
CITY = "city/nimes"


def catalogue_said(city_dir: Path) -> dict[str, list[str]]:
    """Return the sentences of each list, in lower case. city_dir: with `procedures` and `authorities.yml`."""
    said = {"procedures": _of_procedures(city_dir), "authorities": _of_authorities(city_dir)}
    return {name: list(dict.fromkeys(map(_plain, sentences))) for name, sentences in said.items()}


def _of_procedures(city_dir: Path) -> Iterator[str]:
    for path in sorted((city_dir / "procedures").glob("*.yml")):
        for procedure in yaml.safe_load(path.read_text(encoding="utf-8"))["procedures"].values():
            yield procedure["title"]
            yield from procedure["phrasings"]


def _of_authorities(city_dir: Path) -> Iterator[str]:
    path = city_dir / "authorities.yml"
    for authority in yaml.safe_load(path.read_text(encoding="utf-8"))["authorities"].values():
        yield from authority["answers"]


def _plain(sentence: str) -> str:
    return " ".join(sentence.split()).lower()
