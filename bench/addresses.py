"""How fast, and in how much memory, house numbers become coordinates: `python -m bench.addresses`.

A national address base is made up over the real streets of the city: 22 numbers a street and more. Prints the
time to import it, the size of the city's file, the time and memory to load that, and the time of one look-up.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from pathlib import Path

from integrations.addresses_geocoder_offline import load_house_numbers
from integrations.addresses_import import COLUMNS, import_addresses, write_house_numbers
from integrations.city import City, load_city
from integrations.protocols import Place

NIMES = Path(__file__).resolve().parents[1] / "city" / "nimes"
NUMBERS_A_STREET = 22


def made_up_base(city: City, path: Path) -> None:
    """Write a base in the columns that are read."""
    with path.open("w", encoding="utf-8") as file:
        file.write(";".join(COLUMNS) + "\n")
        for index, street in enumerate(city.streets):
            latitude, longitude = 43.8 + index * 4e-5, 4.3 + index * 4e-5
            for number in range(1, NUMBERS_A_STREET + 1):
                where = f"{longitude + number * 1e-4:.6f};{latitude + number * 1e-4:.6f}"
                file.write(f"{number};;{street.name};{city.info.insee};{where};entrée;1\n")


def main() -> None:
    city = load_city(NIMES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_up_base(city, folder / "base.csv")
        started_s = time.perf_counter()
        found = import_addresses(folder / "base.csv", city)
        path = write_house_numbers(found, folder)
        imported_s = time.perf_counter() - started_s
        tracemalloc.start()
        started_s = time.perf_counter()
        numbers = load_house_numbers(folder)
        loaded_s = time.perf_counter() - started_s
        n_bytes, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        started_s = time.perf_counter()
        for street in city.streets:
            numbers.locate(Place("", street=street.name, house_number="13"))
        looked_up_us = (time.perf_counter() - started_s) / len(city.streets) * 1e6
        print(f"{found.n_rows} lines imported in {imported_s:.2f} s; file of {path.stat().st_size} bytes")
        print(f"loaded in {loaded_s * 1000:.0f} ms, {n_bytes} bytes; a look-up {looked_up_us:.0f} us")


if __name__ == "__main__":
    main()
