"""Writes what the callbot is made of, as CycloneDX 1.6 in JSON. `python scripts/sbom.py [FILE]`

Both Python environments and the files for browsers as their locks say, speech models by their checksums, and
Debian's packages of deploy/Containerfile in the versions installed here.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tts_voices.catalogue import load_catalogue

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {".venv": ROOT / "requirements" / "main.lock", ".venv-rasa": ROOT / "requirements" / "rasa.lock"}
NPM_LOCKS = (
    ROOT / "bot" / "chat" / "widget" / "package-lock.json",
    ROOT / "bot" / "console" / "web" / "package-lock.json",
)
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
_PINNED = re.compile(
    r"^(?P<name>[a-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)", re.M
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main() -> int:
    """Write the file; returns 1, having said why, if it would not be valid."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "dist" / "callbot.cdx.json")
    file: Path = parser.parse_args().file
    bom = bill()
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        print(f"not valid: {problem}", file=sys.stderr)
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    print(f"{file}: {len(bom.components)} components")
    return 0


def bill() -> Bom:
    """All components, and what they are of."""
    whole = Component(name="callbot", type=ComponentType.APPLICATION, version=_version(), bom_ref="callbot")
    bom = Bom(metadata=BomMetaData(component=whole, timestamp=datetime.now(UTC)))
    for component in (*_python(), *_npm(), *_models(), *_debian()):
        bom.components.add(component)
    bom.register_dependency(whole, bom.components)
    return bom


def _python() -> Iterator[Component]:
    for environment, lock in LOCKS.items():
        for found in _PINNED.finditer(lock.read_text(encoding="utf-8")):
            name, version = found["name"], found["version"]
            purl, accepted = PackageURL("pypi", None, name, version), _HASH.findall(found["rest"])
            yield Component(
                name=name,
                version=version,
                purl=purl,
                bom_ref=f"{environment}:{purl}",
                # One file of a version is installed; which one depends on the machine.
                properties=[
                    Property(name="callbot:environment", value=environment),
                    *(Property(name="callbot:accepted-sha256", value=each) for each in accepted),
                ],
                licenses=_licences(_licence_of(name) if environment == ".venv" else ""),
            )


def _npm() -> Iterator[Component]:
    for lock in NPM_LOCKS:
        packages: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
        for path, package in packages.items():
            if not path:
                continue
            group, _, name = path.rpartition("node_modules/")[2].rpartition("/")
            purl = PackageURL("npm", group or None, name, package["version"])
            yield Component(
                name=name,
                group=group or None,
                version=package["version"],
                purl=purl,
                bom_ref=f"{lock.parent.relative_to(ROOT)}:{path}",
                hashes=_npm_hashes(package.get("integrity", "")),
                licenses=_licences(package.get("license", "")),
                properties=[
                    Property(name="callbot:built-with", value=str(package.get("dev", False)).lower())
                ],
            )


def _models() -> Iterator[Component]:
    for model in load_catalogue().models:
        files = [
            Component(
                name=path,
                type=ComponentType.FILE,
                bom_ref=f"model:{model.name}:{path}",
                hashes=[
                    HashType(alg=HashAlgorithm.SHA_256, content=spec.sha256)
                    if spec.sha256
                    else HashType(alg=HashAlgorithm.MD5, content=spec.md5)
                ],
            )
            for path, spec in model.files.items()
        ]
        yield Component(
            name=model.name,
            type=ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=f"model:{model.name}",
            licenses=_licences(model.licence),
            components=files,
            properties=[Property(name="callbot:role", value=model.role)],
        )


def _debian() -> Iterator[Component]:
    for name in debian_packages(CONTAINERFILE.read_text(encoding="utf-8")):
        command = ["dpkg-query", "--show", "--showformat", "${Version}", name]
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
        version = asked.stdout.strip() if asked.returncode == 0 else ""
        yield Component(
            name=name,
            version=version or None,
            purl=PackageURL("deb", "debian", name, version or None),
            bom_ref=f"debian:{name}",
        )


def debian_packages(containerfile: str) -> list[str]:
    """Names that the image installs with apt-get."""
    words = re.sub(r"\\\n", " ", containerfile)
    found = re.search(r"apt-get install ([^&\n]*)", words)
    return sorted(word for word in found[1].split() if not word.startswith("-")) if found else []


def _version() -> str:
    found = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    return found[1] if found else ""


def _licence_of(package: str) -> str:
    try:
        known = metadata(package)
    except PackageNotFoundError:
        return ""  # of another machine's kind
    return str(known.get("License-Expression") or known.get("License") or "").strip()


def _licences(text: str) -> list[DisjunctiveLicense]:
    """A licence's name as a package gives it; whole texts are left out."""
    line = text.splitlines()[0].strip() if text else ""
    return [DisjunctiveLicense(name=line)] if 0 < len(line) <= 100 else []


def _npm_hashes(integrity: str) -> list[HashType]:
    algorithm, _, digest = integrity.partition("-")
    if algorithm != "sha512":
        return []
    return [HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(digest).hex())]


if __name__ == "__main__":
    sys.exit(main())
