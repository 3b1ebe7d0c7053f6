"""Tables as files: what a spreadsheet reads back, and that no cell is ever a formula."""

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.csv_export import csv_chunks, csv_response, harmless

PARIS = ZoneInfo("Europe/Paris")
BEGINNINGS = "=+-@|%\t\r\n＝＋－＠"


def read_back(text: str, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def test_values_are_written_as_a_french_spreadsheet_reads_them() -> None:
    at = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
    rows = [
        ("été", 3, -2.5, True, None, at, date(2026, 1, 2)),
        ('dit "oui"; non', 0, 43.8, False, "", at, at),
    ]
    text = "".join(csv_chunks(("mot", "n", "x", "vrai", "rien", "quand", "jour"), rows, PARIS))
    assert text.startswith('\ufeff"mot";"n";')
    assert read_back(text)[1:] == [
        ["été", "3", "-2,5", "oui", "", "2026-11-25 23:30:00", "2026-01-02"],
        ['dit "oui"; non', "0", "43,8", "non", "", "2026-11-25 23:30:00", "2026-11-25 23:30:00"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 6",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\u200b=1",
        "\u202e=1",
        "＝1",
        "\x00=1",
        "|x",
    ],
)
def test_what_could_be_a_formula_is_a_text(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["", "rue de la République", "12 rue", "a=b", "l'arrêt"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_no_cell_ever_begins_a_formula_even_when_split_at_commas(cells: list[str]) -> None:
    text = "".join(csv_chunks(("a",), [cells], PARIS))
    assert len(read_back(text)[1]) == len(cells)
    for delimiter in ";,\t":
        for row in read_back(text, delimiter):
            # Splitting elsewhere than at semicolons may cut before a blank, never before a formula.
            beginnings = BEGINNINGS if delimiter == ";" else BEGINNINGS.replace("\t\r\n", "")
            assert not any(cell.startswith(tuple(beginnings)) for cell in row)


async def test_a_long_table_comes_in_pieces_under_its_name() -> None:
    rows = (("x" * 1000, n) for n in range(300))
    answer = csv_response("appels", ("texte", "n"), rows, PARIS)
    assert answer.headers["content-disposition"] == 'attachment; filename="appels.csv"'
    pieces = [piece async for piece in answer.body_iterator]  # type: ignore[attr-defined]
    assert len(pieces) > 3
    assert len(read_back(b"".join(pieces).decode())) == 301
