"""voices.yml, and what it refuses to say."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from tts_voices.catalogue import Catalogue, FileSpec, PackagePart, PackageSource, ZipSource, load_catalogue
from tts_voices.fetch import CONTRACT_MODELS


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_french_engines_are_preferred_in_the_order_decided(catalogue: Catalogue) -> None:
    assert [model.engine for model in catalogue.of_role("recognizer")] == ["vosk", "whisper"]
    assert [model.engine for model in catalogue.of_role("synthesizer")] == ["piper", "kokoro"]


def test_one_engine_of_each_kind_can_be_had_from_registries_alone(catalogue: Catalogue) -> None:
    for role in ("recognizer", "synthesizer"):
        last = catalogue.of_role(role)[-1]
        assert isinstance(last.sources[-1], PackageSource)


def test_every_source_gives_every_file(catalogue: Catalogue) -> None:
    for model in catalogue.models:
        for source in model.sources:
            if isinstance(source, ZipSource):
                continue
            given = source.parts if isinstance(source, PackageSource) else source.urls
            assert given.keys() == model.files.keys(), model.name


def test_every_package_part_can_be_read_and_is_pinned(catalogue: Catalogue) -> None:
    for model in catalogue.models:
        for source in model.sources:
            if isinstance(source, PackageSource):
                for texts in source.parts.values():
                    for part in map(PackagePart.parse, texts):
                        assert ("==" if part.registry == "pypi" else "@") in part.requirement


def test_contract_models_are_in_the_catalogue(catalogue: Catalogue) -> None:
    tests_only = {model.name for model in catalogue.of_role("test")}
    assert tests_only <= set(CONTRACT_MODELS)
    assert all(catalogue.named(name) for name in CONTRACT_MODELS)


def test_an_unknown_name_is_answered_with_the_known_ones(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError, match="whisper-base"):
        catalogue.named("whisper-enormous")


@pytest.mark.parametrize("checksums", [{}, {"sha256": "a", "md5": "b"}])
def test_a_file_has_exactly_one_checksum(checksums: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        FileSpec(size_bytes=1, **checksums)


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b"])
def test_no_file_leaves_its_model(path: str, tmp_path: Path) -> None:
    entry = {
        "name": "evil",
        "role": "test",
        "engine": "vosk",
        "language": "fr",
        "licence": "none",
        "files": {path: {"sha256": "0", "size_bytes": 1}},
        "sources": [],
    }
    (tmp_path / "voices.yml").write_text(yaml.safe_dump({"models": [entry]}))
    with pytest.raises(ValidationError, match="leaves the model's folder"):
        load_catalogue(tmp_path / "voices.yml")
