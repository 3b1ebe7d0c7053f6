"""Visitors' photos: read as pictures, written anew, served as nothing but pictures."""

from __future__ import annotations

import io
import re
import secrets
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_UPLOAD_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 1600
QUALITY = 82

_SIGNATURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"RIFF", "WEBP"))
_NAME = re.compile(r"[0-9a-f]{32}\.jpg")


class PhotoError(Exception):
    """What was sent cannot be used. code: "too_big", "not_a_photo"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reencode(data: bytes) -> bytes:
    """Return the picture as a JPEG of ours: upright, at most 1,600 pixels a side, no metadata.

    What a camera writes beside the picture (place, time, serial number, thumbnails) is not carried over,
    nor is anything hidden behind the picture. Blocks: run off the event loop. Raises PhotoError.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise PhotoError("too_big")
    kind = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if kind is None:
        raise PhotoError("not_a_photo")
    try:
        with warnings.catch_warnings():
            # Pillow warns of a decompression bomb before it fails of one; the bound here is ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _written_anew(data, kind)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise PhotoError("not_a_photo") from error


def _written_anew(data: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        width_px, height_px = picture.size
        if width_px * height_px > MAX_PIXELS:
            raise PhotoError("too_big")
        picture.draft("RGB", (MAX_SIDE_PX, MAX_SIDE_PX))
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            with_alpha = upright.convert("RGBA")
            upright = Image.new("RGB", with_alpha.size, "white")
            upright.paste(with_alpha, mask=with_alpha.getchannel("A"))
        upright = upright.convert("RGB")
        upright.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
        # A new picture holds the pixels and nothing else: `save` would carry some metadata over.
        bare = Image.new("RGB", upright.size)
        bare.paste(upright)
        written = io.BytesIO()
        bare.save(written, "JPEG", quality=QUALITY, optimize=True)
        return written.getvalue()


class PhotoFolder:
    """The photos on disk, under names that nobody can guess."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, jpeg: bytes) -> str:
        """Write a photo and return its name. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{secrets.token_hex(16)}.jpg"
        path = self._folder / name
        path.touch(mode=0o600)
        path.write_bytes(jpeg)
        return name

    def path(self, name: str) -> Path | None:
        """Where a photo lies; None for what is no photo of ours."""
        if not _NAME.fullmatch(name):
            return None
        path = self._folder / name
        return path if path.is_file() else None

    def delete(self, names: list[str]) -> None:
        for name in names:
            path = self.path(name)
            if path is not None:
                path.unlink(missing_ok=True)
