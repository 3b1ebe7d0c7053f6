"""Reads what is posted: a form, with photos or without, and never more of it than is allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from integrations.backend.errors import GeoReportError
from integrations.backend.intake import MAX_BODY_BYTES, MAX_FIELDS, Form
from integrations.backend.photos import MAX_PHOTO_BYTES, MAX_PHOTOS

FORM_TYPE = "application/x-www-form-urlencoded"
MULTIPART_TYPE = "multipart/form-data"


async def read_form(request: Request) -> tuple[Form, list[bytes]]:
    """Return the fields of a form, and the files that came with it. Raises GeoReportError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM_TYPE:
        return Form.parse(await read_body(request, MAX_BODY_BYTES)), []
    if kind == MULTIPART_TYPE:
        return await _read_multipart(request)
    raise GeoReportError(400, f"the body is sent as {FORM_TYPE} or {MULTIPART_TYPE}")


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Return the whole body. Raises GeoReportError when it has more bytes than allowed."""
    return b"".join([chunk async for chunk in _limited(request, most_bytes)])


async def _limited(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    n_bytes = 0
    async for chunk in request.stream():
        n_bytes += len(chunk)
        if n_bytes > most_bytes:
            raise GeoReportError(400, f"the body has more than {most_bytes} bytes")
        yield chunk


async def _read_multipart(request: Request) -> tuple[Form, list[bytes]]:
    stream = _limited(request, MAX_BODY_BYTES + MAX_PHOTOS * MAX_PHOTO_BYTES)
    parser = MultiPartParser(
        request.headers,
        stream,  # type: ignore[arg-type]  # any asynchronous iterator will do
        max_files=MAX_PHOTOS,
        max_fields=MAX_FIELDS,
        max_part_size=MAX_BODY_BYTES,
    )
    try:
        parsed = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, KeyError, LookupError) as error:
        raise GeoReportError(400, "the body is no form, or has too many fields or files") from error
    try:
        fields: dict[str, list[str]] = {}
        files = []
        for name, value in parsed.multi_items():
            if isinstance(value, UploadFile):
                # A browser sends a file without name or content where none was chosen.
                content = await value.read()
                files += [content] if content else []
            else:
                fields.setdefault(name, []).append(value)
    finally:
        await parsed.close()
    return Form.of(fields), files
