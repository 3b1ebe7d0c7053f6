"""What is kept of a visitor's photo: the picture and nothing else."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.chat.photos import MAX_UPLOAD_BYTES, PhotoError, PhotoFolder, reencode


def picture(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **saved: Any) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(written, kind, **saved)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_become_jpegs_of_ours(kind: str) -> None:
    with Image.open(io.BytesIO(reencode(picture(kind)))) as seen:
        assert (seen.format, seen.size, seen.mode) == ("JPEG", (64, 48), "RGB")


def test_where_and_with_what_it_was_taken_is_dropped_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Marque de l'appareil"
    exif[0x0112] = 6  # a quarter turn
    exif.get_ifd(0x8825)[2] = (43.0, 50.0, 0.0)
    written = reencode(picture("JPEG", exif=exif, comment=b"secret"))
    assert b"Marque" not in written
    assert b"secret" not in written
    with Image.open(io.BytesIO(written)) as seen:
        assert not seen.getexif()
        assert seen.size == (48, 64)


def test_what_hides_behind_a_picture_is_dropped() -> None:
    assert b"<script>" not in reencode(picture("PNG") + b"<script>alert(1)</script>")


def test_transparent_is_white() -> None:
    with Image.open(io.BytesIO(reencode(picture("PNG", mode="RGBA")))) as seen:
        assert min(channel for channel in seen.getpixel((5, 5))) > 250  # type: ignore[union-attr]


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(io.BytesIO(reencode(picture("JPEG", (4000, 1000))))) as seen:
        assert seen.size == (1600, 400)


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has a billion and a half pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_photo"),
        (b"GIF89a", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (b"\xff\xd8\xff" + b"x" * 100, "not_a_photo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not_a_photo"),
        (b"RIFF1234WAVEfmt ", "not_a_photo"),
        (picture("JPEG")[:200], "not_a_photo"),
        (b"\xff\xd8\xff" + bytes(MAX_UPLOAD_BYTES), "too_big"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(PhotoError) as refusal:
        reencode(data)
    assert refusal.value.code == code


def test_a_picture_of_too_many_pixels_is_not_even_read() -> None:
    with pytest.raises(PhotoError):
        reencode(bomb())


def test_names_cannot_be_guessed_nor_lead_elsewhere(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path / "photos")
    name = folder.keep(b"jpeg")
    path = folder.path(name)
    assert path is not None
    assert path.read_bytes() == b"jpeg"
    assert path.stat().st_mode & 0o077 == 0
    (tmp_path / "secret.jpg").write_bytes(b"x")
    for other in ("../secret.jpg", "secret.jpg", f"{'a' * 32}.jpg", "", f"{name}\n"):
        assert folder.path(other) is None
    folder.delete([name, "../secret.jpg"])
    assert folder.path(name) is None
    assert (tmp_path / "secret.jpg").exists()
