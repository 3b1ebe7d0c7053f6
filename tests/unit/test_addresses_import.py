"""The national address base becomes the city's house numbers, and those become coordinates."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from integrations.addresses_geocoder_offline import (
    FILE_NAME,
    HouseNumbers,
    load_house_numbers,
    number_key,
)
from integrations.addresses_import import (
    AddressFileError,
    closest_streets,
    import_addresses,
    write_house_numbers,
)
from integrations.city import City, load_city
from integrations.city_yaml import CityDataError
from integrations.protocols import Place

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "tests" / "data" / "portals" / "adresses-30.csv"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT / "city" / "nimes")


@pytest.fixture
def numbers(city: City, tmp_path: Path) -> HouseNumbers:
    write_house_numbers(import_addresses(BASE, city), tmp_path)
    return load_house_numbers(tmp_path)


def place(street: str, number: str = "") -> Place:
    return Place(spoken="là", street=street, house_number=number)


def where(numbers: HouseNumbers, street: str, number: str = "") -> tuple[float | None, float | None]:
    located = numbers.locate(place(street, number))
    return located.latitude, located.longitude


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_the_base_is_read_gzipped_or_not(city: City, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"adresses-30{suffix}"
    raw = b"\xef\xbb\xbf" + BASE.read_bytes()
    path.write_bytes(gzip.compress(raw) if suffix.endswith("gz") else raw)
    found = import_addresses(path, city)
    assert (found.n_rows, found.n_elsewhere, found.n_faulty, found.n_addresses) == (11, 1, 2, 6)
    assert found.unknown == {"Rue de la Licorne Bleue": 1}
    assert set(found.points) == {"Rue de la République", "Rue de l'Aspic"}
    assert set(found.points["Rue de l'Aspic"]) == {"3", "5"}


def test_what_cannot_be_joined_is_told(city: City) -> None:
    found = list(closest_streets({"Rue de la Licorne Bleue": 3, "Rue de la Republiqe": 7}, city))
    assert found == [("Rue de la Republiqe", 7, "Rue de la République"), ("Rue de la Licorne Bleue", 3, "")]


def test_a_house_is_found_within_a_metre(numbers: HouseNumbers) -> None:
    latitude, longitude = where(numbers, "Rue de la République", "12")
    assert latitude == pytest.approx(43.8337, abs=6e-6)
    assert longitude == pytest.approx(4.3531, abs=6e-6)


def test_suffixes_as_people_say_them(numbers: HouseNumbers) -> None:
    bis = where(numbers, "Rue de la République", "12 bis")
    assert bis != where(numbers, "Rue de la République", "12")
    assert where(numbers, "Rue de la République", "12 B") == bis
    assert where(numbers, "Rue de la République", "20 ter") == where(numbers, "Rue de la République", "20")
    assert [number_key(text) for text in ("12 bis", " 007", "12B", "bis", "", "12 bis ter")] == [
        "12bis",
        "7",
        "12b",
        "",
        "",
        "",
    ]


def test_a_number_that_is_missing_lies_between_its_neighbours(numbers: HouseNumbers) -> None:
    latitude, longitude = where(numbers, "Rue de la République", "16")
    assert latitude == pytest.approx((43.8337 + 43.8341) / 2, abs=6e-6)
    assert longitude == pytest.approx((4.3531 + 4.3535) / 2, abs=6e-6)
    assert where(numbers, "Rue de la République", "3") == where(numbers, "Rue de la République", "1")
    assert where(numbers, "Rue de la République", "99") == (None, None)


def test_a_street_without_a_number_has_a_middle_when_it_is_short(numbers: HouseNumbers, city: City) -> None:
    assert where(numbers, "Rue de l'Aspic") == pytest.approx((43.83762, 4.35911), abs=2e-5)
    assert where(numbers, "Boulevard Gambetta") == (None, None)


def test_a_long_street_without_a_number_has_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(
        "street,latitude,longitude,numbers\nRue Longue,43.83,4.36,1:-400:0 99:400:0\n", encoding="utf-8"
    )
    assert where(load_house_numbers(tmp_path), "Rue Longue") == (None, None)


def test_known_coordinates_and_landmarks_stay(numbers: HouseNumbers) -> None:
    known = replace(place("Rue de la République", "12"), latitude=1.0, longitude=2.0)
    crossing = replace(place("Rue de la République"), landmark="angle Rue de l'Aspic")
    nowhere = place("", "12")
    assert [numbers.locate(each) for each in (known, crossing, nowhere)] == [known, crossing, nowhere]


def test_a_city_without_the_file_has_no_coordinates(tmp_path: Path) -> None:
    numbers = load_house_numbers(tmp_path)
    assert len(numbers) == 0
    assert numbers.locate(place("Rue de la République", "12")).latitude is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Rue A,43.8,4.3,12:1", ":2: numbers"),
        ("Rue A,north,4.3,12:1:1", ":2: latitude"),
        ("Rue A,43.8,4.3,12:1:1\nRue A,43.8,4.3,12:1:1", ":3: street"),
    ],
)
def test_a_faulty_file_is_told_by_line_and_field(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / FILE_NAME).write_text(f"street,latitude,longitude,numbers\n{line}\n", encoding="utf-8")
    with pytest.raises(CityDataError, match=f"{FILE_NAME}{fault}"):
        load_house_numbers(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,aliases\nRue A,\n",
        BASE.read_bytes().replace(b";30189;", b";30007;"),
        BASE.read_bytes().replace("é".encode(), b"\xe9"),
        gzip.compress(BASE.read_bytes())[:200],
    ],
)
def test_another_file_is_refused(city: City, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "adresses.csv"
    path.write_bytes(content)
    with pytest.raises(AddressFileError, match=r"adresses\.csv"):
        import_addresses(path, city)


def test_importing_again_replaces_the_file(city: City, tmp_path: Path) -> None:
    first = write_house_numbers(import_addresses(BASE, city), tmp_path).read_bytes()
    shorter = tmp_path / "shorter.csv"
    shutil.copy(BASE, shorter)
    shorter.write_text("\n".join(BASE.read_text("utf-8").splitlines()[:2]), encoding="utf-8")
    second = write_house_numbers(import_addresses(shorter, city), tmp_path).read_bytes()
    assert second != first
    assert second.decode().splitlines()[1:] == ["Rue de la République,43.83370,4.35310,12:0:0"]


def test_the_command_writes_and_tells(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "nimes"
    shutil.copytree(city.folder, folder)
    done = CliRunner().invoke(app, ["city", "import-addresses", str(BASE), "--city", str(folder)])
    assert done.exit_code == 0, done.output
    assert "6 addresses in 2 of " in done.output
    assert "of other towns: 1; not usable: 2" in done.output
    assert "Rue de la Licorne Bleue (1)" in done.output
    assert len(load_house_numbers(folder)) == 2
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a;b\n", encoding="utf-8")
    failed = CliRunner().invoke(app, ["city", "import-addresses", str(wrong), "--city", str(folder)])
    assert (failed.exit_code, "no column" in failed.output) == (1, True)
    assert len(load_house_numbers(folder)) == 2
