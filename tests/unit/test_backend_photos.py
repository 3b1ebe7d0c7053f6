"""Photos from outside: what is taken, what is refused, and what is left of them."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from integrations.backend.errors import GeoReportError
from integrations.backend.photos import MAX_PHOTO_BYTES, MAX_SIDE, clean_photo
from tests.fakes.reports_backend import MINIMAL, Backend, backend_in

SECRET = b"Zoe was here: 43.8366 N 4.3601 E"


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    """A picture, red on its left half and blue on its right."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    return picture("JPEG", exif=exif, quality=95)


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    with backend_in(tmp_path) as backend:
        yield backend


def post(backend: Backend, *photos: bytes, **fields: str) -> Response:
    files = [(f"photo{n}", (f"../{n}.php", photo, "text/html")) for n, photo in enumerate(photos, start=1)]
    return backend.http.post("/open311/v2/requests.json", data={**MINIMAL, **fields}, files=files)


def kept(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.glob("photos/*"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_new_jpeg(kind: str) -> None:
    cleaned = clean_photo(picture(kind))

    with Image.open(io.BytesIO(cleaned)) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (60, 40), "RGB")
        red, _, blue = image.getpixel((5, 20))
        assert red > 200 > blue


def test_nothing_hidden_survives() -> None:
    polyglot = with_exif(1) + b"<script>" + SECRET + b"</script>"
    assert SECRET in polyglot

    cleaned = clean_photo(polyglot)

    assert SECRET not in cleaned
    assert b"script" not in cleaned
    with Image.open(io.BytesIO(cleaned)) as image:
        assert not image.getexif()


def test_a_photo_stands_upright_without_its_exif() -> None:
    # Orientation 6: the camera was held so that the picture must be turned to the right.
    with Image.open(io.BytesIO(clean_photo(with_exif(6)))) as image:
        assert image.size == (40, 60)
        red, _, blue = image.getpixel((20, 5))
        assert red > 200 > blue


def test_a_large_photo_is_made_smaller() -> None:
    with Image.open(io.BytesIO(clean_photo(picture("JPEG", (5000, 2500))))) as image:
        assert image.size == (MAX_SIDE, MAX_SIDE // 2)


def test_what_was_transparent_is_white() -> None:
    cleaned = clean_photo(picture("PNG", mode="RGBA"))
    clear = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(clear, "PNG")

    with Image.open(io.BytesIO(clean_photo(clear.getvalue()))) as image:
        assert image.getpixel((4, 4)) == (255, 255, 255)
    assert cleaned.startswith(b"\xff\xd8\xff")


def png_that_says(width: int, height: int) -> bytes:
    """A tiny file that unfolds to any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "JPEG, PNG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "JPEG, PNG or WebP"),
        (b"GIF89a" + bytes(100), "JPEG, PNG or WebP"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "JPEG, PNG or WebP"),
        (b"\xff\xd8\xff" + bytes(1000), "cannot be read"),
        (picture("JPEG", (600, 400))[:900], "cannot be read"),
        (picture("PNG", (600, 400))[:200], "cannot be read"),
        (png_that_says(6000, 6000), "pixels"),
        (png_that_says(2**31 - 1, 2**31 - 1), "cannot be read"),
        (bytes(MAX_PHOTO_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(GeoReportError, match=reason) as raised:
        clean_photo(data)
    assert raised.value.status == 400


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    position=st.floats(0, 1),
    junk=st.binary(max_size=40),
)
def test_broken_photos_are_refused_or_cleaned(kind: str, position: float, junk: bytes) -> None:
    whole = picture(kind)
    at = int(position * len(whole))
    try:
        cleaned = clean_photo(whole[:at] + junk + whole[at + len(junk) :])
    except GeoReportError as error:
        refused = error
    else:
        refused = None
        assert cleaned.startswith(b"\xff\xd8\xff")
    assert refused is None or refused.status == 400


def test_photos_come_with_a_report_and_are_shown_safely(backend: Backend, tmp_path: Path) -> None:
    answer = post(backend, picture("PNG"), picture("JPEG"), media_url="https://a.example/1.jpg")

    assert answer.status_code == 200
    (row,) = backend.get("requests.json").json()
    first, second, elsewhere = row["media_urls"]
    assert row["media_url"] == first
    assert elsewhere == "https://a.example/1.jpg"
    assert re.fullmatch(r"http://desk/photos/[A-Za-z0-9_-]{32}\.jpg", first)
    assert first != second
    assert [url.rpartition("/")[2] for url in sorted((first, second))] == kept(tmp_path)
    shown = backend.http.get(first)
    assert shown.content.startswith(b"\xff\xd8\xff")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("photos", "fields", "status"),
    [
        ([picture("PNG"), b"<html>"], {}, 400),
        ([picture("PNG")] * 6, {}, 400),
        ([picture("PNG")], {"api_key": "wrong"}, 403),
        ([picture("PNG")], {"service_code": "soucoupe"}, 404),
    ],
)
def test_a_refused_report_leaves_no_photo(
    backend: Backend, tmp_path: Path, photos: list[bytes], fields: dict[str, str], status: int
) -> None:
    assert post(backend, *photos, **fields).status_code == status
    assert (backend.filed(), kept(tmp_path)) == ([], [])


def test_photos_of_a_repeated_report_are_not_kept_twice(backend: Backend, tmp_path: Path) -> None:
    for _ in range(2):
        post(backend, picture("PNG"), **{"attribute[reference]": "NIM 26 0001 7"})
    assert len(kept(tmp_path)) == 1


def test_a_form_without_a_chosen_file_is_a_report_without_photo(backend: Backend, tmp_path: Path) -> None:
    assert post(backend, b"").status_code == 200
    assert kept(tmp_path) == []


@pytest.mark.parametrize("name", ["nothing", "..%2Fbackend.db", "a" * 32 + ".jpg", "a" * 32 + ".png"])
def test_only_photos_are_shown(backend: Backend, name: str) -> None:
    answer = backend.http.get(f"/photos/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/json")
