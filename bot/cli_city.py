"""`callbot city`: public data brought into a city's folder; nothing is written unshown or unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.settings import Settings
from integrations.addresses_geocoder_offline import load_house_numbers
from integrations.addresses_import import (
    AddressFileError,
    closest_streets,
    import_addresses,
    write_house_numbers,
)
from integrations.city import City, load_city
from integrations.city_edit import EditError
from integrations.city_yaml import CityDataError
from integrations.directory_import import compare, spoken_slot, write_hours
from integrations.directory_import_file import DirectoryError, read_directory
from integrations.procedures_vosdroits import SheetsError
from integrations.procedures_vosdroits_accept import (
    SheetsImport,
    compare_sheets,
    remember,
    write_accepted,
)
from integrations.procedures_vosdroits_compare import Difference, Facts, Field

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_show_locals=False)
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

CityFolder = Annotated[
    Path | None, typer.Option("--city", help="the city's folder; that of the settings if not given")
]


@app.command("import-addresses")
def import_addresses_command(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="national address base, .csv or .csv.gz")
    ],
    city_folder: CityFolder = None,
) -> None:
    """Take the coordinates of house numbers out of the national address base, for reports filed offline."""
    city = _city(city_folder)
    try:
        found = import_addresses(file, city)
    except (AddressFileError, OSError) as error:
        raise _failed(error) from error
    path = write_house_numbers(found, city.folder)
    n_streets = len(load_house_numbers(city.folder))
    console.print(f"{path}: {found.n_addresses} addresses in {n_streets} of {len(city.streets)} streets")
    console.print(
        f"lines read: {found.n_rows}; of other towns: {found.n_elsewhere}; not usable: {found.n_faulty}"
    )
    if found.unknown:
        n_unknown = sum(found.unknown.values())
        console.print(f"{len(found.unknown)} streets ({n_unknown} addresses) are not in streets.csv:")
    for name, n_addresses, closest in closest_streets(found.unknown, city):
        _print(f"  {name} ({n_addresses})" + (f"; closest: {closest}" if closest else ""))


@app.command("import-directory")
def import_directory_command(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="the administration's directory, JSON")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show the changes, write nothing")] = False,
    city_folder: CityFolder = None,
) -> None:
    """Take the opening hours of services out of the administration's directory.

    A service is joined by its field `directory` in services.yml.
    """
    city = _city(city_folder)
    try:
        found = compare(read_directory(file, city), city)
        if not dry_run:
            write_hours(found, city)
    except (DirectoryError, EditError, OSError) as error:
        raise _failed(error) from error
    for change in found.changes:
        _print(f"{change.code}: « {change.entry} », modified {change.modified or '?'}")
        for slot in change.before:
            _print(f"  - {spoken_slot(slot)}", style="red")
        for slot in change.slots:
            _print(f"  + {spoken_slot(slot)}", style="green")
    for fault in found.faults:
        _print(f"{fault.code}: {fault.reason}", style="yellow")
    for suggestion in found.suggestions:
        _print(f"{suggestion.code}: may be « {suggestion.entry} »: directory: {suggestion.directory}")
    verb = "would change" if dry_run else "changed"
    _print(
        f"{len(found.changes)} services {verb}, {len(found.same)} confirmed, {len(found.faults)} not found"
    )


@app.command("import-vosdroits")
def import_vosdroits_command(
    path: Annotated[Path, typer.Argument(exists=True, help="folder or zip of service-public's sheets")],
    accept: Annotated[bool, typer.Option("--accept", help="write what can be written by itself")] = False,
    known: Annotated[
        bool, typer.Option("--known", help="remember what the sheets say as dealt with; our texts stay")
    ] = False,
    procedure: Annotated[
        list[str] | None, typer.Option(help="code of a procedure; all if not given; may be repeated")
    ] = None,
    field: Annotated[
        list[Field] | None, typer.Option(help="all if not given; may be repeated", case_sensitive=False)
    ] = None,
    city_folder: CityFolder = None,
) -> None:
    """Show what service-public's sheets say otherwise than the city's procedures.

    Official texts are seldom easy French: what is not is shown for a person to rewrite, never written.
    """
    city = _city(city_folder)
    try:
        found = compare_sheets(path, city)
        shown = _chosen(found, procedure, field)
        n_written = write_accepted(found, shown, city) if accept else 0
        if known:
            remember(found, _all_fields(found, procedure, field), city)
    except (SheetsError, CityDataError, EditError, OSError) as error:
        raise _failed(error) from error
    for difference in shown:
        _show(difference)
    missing = {code: why for code, why in found.missing.items() if not procedure or code in procedure}
    for code, why in missing.items():
        _print(f"{code}: not in the file: {why}", style="yellow")
    for code, sheet, title in found.likely if not procedure else ():
        _print(f"{code}: may be {sheet} « {title} »: write {sheet} in its source to compare it")
    n_by_hand = sum(difference.proposal is None for difference in shown)
    _print(
        f"{len(found.officials)} procedures compared, {len(shown)} differences, {n_written} written, "
        f"{n_by_hand} to rewrite by hand, {len(missing)} without their sheet"
    )


def _chosen(
    found: SheetsImport, procedures: list[str] | None, fields: list[Field] | None
) -> list[Difference]:
    return [
        each
        for each in found.differences
        if (not procedures or each.code in procedures) and (not fields or each.field in fields)
    ]


def _all_fields(
    found: SheetsImport, procedures: list[str] | None, fields: list[Field] | None
) -> list[tuple[str, Field]]:
    return [
        (code, field)
        for code in found.officials
        if not procedures or code in procedures
        for field in fields or list(Field)
    ]


def _show(difference: Difference) -> None:
    of_sheets = f"{', '.join(difference.sheets)}, modified {difference.modified or '?'}"
    _print(f"{difference.code}.{difference.field} ({of_sheets})")
    _lines("-", difference.ours, "red")
    if difference.proposal is not None:
        _lines("+", difference.proposal, "green")
    else:
        _lines("!", difference.official, "yellow")
        _print(f"    by hand: {difference.reason}")


def _lines(mark: str, facts: Facts, style: str) -> None:
    for line in (facts,) if isinstance(facts, str) else facts:
        _print(f"  {mark} {line}", style=style)


def _print(text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False)


def _city(folder: Path | None) -> City:
    try:
        return load_city(folder or Settings().city_dir)
    except CityDataError as error:
        raise _failed(error) from error


def _failed(error: Exception) -> typer.Exit:
    errors.print(f"error: {error}", style="red", markup=False)
    return typer.Exit(1)
