"""The word lists that Rasa's NLU looks names up in, made from the city's data.

`python -m integrations.city_lookups city/nimes nlu_data/lookups` writes them again after the data changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from integrations.city import City, load_city


def lookups(city: City) -> Mapping[str, str]:
    """Return the text of each list by file name: one name a line, sorted, without repeats."""
    streets = (name for street in city.streets for name in (street.name, *street.aliases))
    landmarks = (name for landmark in city.landmarks for name in (landmark.name, *landmark.aliases))
    services = (name for service in city.services.values() for name in (service.name, *service.names))
    problems = (name for problem in city.problem_types.values() for name in (problem.name, *problem.spoken))
    return {
        "landmarks.txt": _list(landmarks),
        "problem_types.txt": _list(problems),
        "services.txt": _list(services),
        "streets.txt": _list(streets),
    }


def _list(names: Iterable[str]) -> str:
    return "".join(f"{name}\n" for name in sorted({name.lower() for name in names}))


def main(city_folder: Path, lookups_folder: Path) -> None:
    """Write the lists of a city's folder into `lookups_folder`."""
    lookups_folder.mkdir(parents=True, exist_ok=True)
    for file_name, text in lookups(load_city(city_folder)).items():
        (lookups_folder / file_name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
