"""Tables as CSV files that spreadsheets open rightly and that can never run anything in them.

UTF-8 with its mark, semicolons and decimal commas, as French spreadsheets expect. Every text is quoted, so
that a spreadsheet that splits at commas finds the same cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from fastapi import Response
from fastapi.responses import StreamingResponse

Cell = str | int | float | bool | date | None

MARK = "\ufeff"
# What spreadsheets take for a formula or a command, in its full-width forms too, also behind blanks.
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069]*[=+\-@|%＝＋－＠]|[\t\r\n]")
# The same behind a separator: a spreadsheet that splits at commas may take it for the beginning of a cell.
_INNER = re.compile(r'([,\t\r\n;][\s"]*)(?=[=+\-@|%＝＋－＠])')
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHUNK_CHARS = 64 * 1024


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], timezone: ZoneInfo
) -> Response:
    """Return a file to download. name: of plain ASCII, without its ending. rows: read in a thread, as needed.

    timezone: of the moments in cells.
    """
    return StreamingResponse(
        (text.encode() for text in csv_chunks(header, rows, timezone)),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]], timezone: ZoneInfo) -> Iterator[str]:
    """Give the file's text in pieces of some size."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    buffer.write(MARK)
    for row in chain([header], rows):
        writer.writerow([_written(cell, timezone) for cell in row])
        if buffer.tell() >= _CHUNK_CHARS:
            yield _taken(buffer)
    yield _taken(buffer)


def _written(cell: Cell, timezone: ZoneInfo) -> str | int:
    match cell:
        case None:
            return ""
        case bool():
            return "oui" if cell else "non"
        case int():
            return cell
        case float():
            return repr(cell).replace(".", ",")
        case datetime():
            return cell.astimezone(timezone).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return cell.isoformat()
    return harmless(cell)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what could be one."""
    plain = _INNER.sub(r"\1'", _CONTROLS.sub("", text))
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
