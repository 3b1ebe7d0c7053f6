"""Photos from outside: checked, drawn anew without what was hidden in them, kept under random names."""

from __future__ import annotations

import io
import os
import re
import secrets
import struct
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from integrations.backend.errors import GeoReportError

MAX_PHOTO_BYTES = 12 * 1024 * 1024
MAX_PHOTOS = 5
# Phones take 50 million pixels. JPEG is read at a smaller scale; the others are held whole in memory.
MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
MAX_SIDE = 2048
QUALITY = 82
NAME = re.compile(r"[A-Za-z0-9_-]{32}\.jpg")

_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def clean_photo(data: bytes) -> bytes:
    """Return a photo as a new JPEG without metadata, upright, MAX_SIDE pixels a side at most.

    Raises GeoReportError.
    """
    if len(data) > MAX_PHOTO_BYTES:
        raise GeoReportError(400, f"a photo has more than {MAX_PHOTO_BYTES} bytes")
    kind = _kind(data)
    try:
        # Only the reader that the first bytes call for may look at it.
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            width, height = image.size
            if width * height > MAX_PIXELS[kind]:
                raise GeoReportError(400, f"a photo has more than {MAX_PIXELS[kind]} pixels")
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            return _drawn_anew(ImageOps.exif_transpose(image))
    except _BROKEN as error:
        raise GeoReportError(400, "a photo cannot be read") from error


def _kind(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            return kind
    raise GeoReportError(400, "photos are JPEG, PNG or WebP")


def _drawn_anew(image: Image.Image) -> bytes:
    """Copy the pixels, and nothing else, to a new picture on white."""
    coloured = image.convert("RGBA")
    paper = Image.new("RGB", coloured.size, "white")
    paper.paste(coloured, mask=coloured.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


class PhotoFolder:
    """Photos as files in a folder of their own, each with a name that nobody can guess."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A large photo takes a hundred megabytes while it is drawn: one at a time.
        self._drawing = threading.Lock()

    def save(self, photos: Sequence[bytes]) -> list[str]:
        """Clean photos, write them to disk and return their names.

        Raises GeoReportError or OSError: then none is kept.
        """
        with self._drawing:
            cleaned = [clean_photo(photo) for photo in photos]
        names: list[str] = []
        try:
            for photo in cleaned:
                names.append(f"{secrets.token_urlsafe(24)}.jpg")
                self._write(names[-1], photo)
        except OSError:
            self.remove(names)
            raise
        return names

    def remove(self, names: Sequence[str]) -> None:
        """Forget photos, those that are there."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def read(self, name: str) -> bytes:
        """Return a photo's JPEG. Raises GeoReportError when there is none of that name."""
        if not NAME.fullmatch(name):
            raise GeoReportError(404, "photo was not found")
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError as error:
            raise GeoReportError(404, "photo was not found") from error

    def _write(self, name: str, photo: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(photo)
            file.flush()
            os.fsync(file.fileno())
