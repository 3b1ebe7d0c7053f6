"""Checks a city's folder: `python -m integrations.city_check city/nimes` lists each fault and fails on any.

Faults are told as `file:line: field: reason`. A file that cannot be read as data stops the check there; easy
French is checked last, once everything can be read.
"""

from __future__ import annotations

import sys
from pathlib import Path

from integrations.city import load_city
from integrations.city_falc import check_city
from integrations.city_procedures import load_procedures
from integrations.city_yaml import CityDataError
from integrations.messages import load_messages


def faults(folder: Path) -> list[str]:
    """Every fault that was found in a city's folder, empty when it can be used."""
    try:
        city = load_city(folder)
        load_messages(folder)
        load_procedures(city)
    except CityDataError as error:
        return str(error).splitlines()
    return check_city(folder)


def main(folder: Path) -> int:
    """Print every fault; return the exit status."""
    found = faults(folder)
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
