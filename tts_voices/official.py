"""Downloads from the projects that publish the models, resumed where they were cut."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from rich.progress import Progress

from tts_voices.catalogue import Model, UrlSource, ZipSource
from tts_voices.errors import SourceError

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0


class OfficialSites:
    """The publishers' sites. One that could not be reached is not tried again by this object."""

    def __init__(self, client: httpx.Client, progress: Progress) -> None:
        self._client = client
        self._progress = progress
        self._unreachable: set[str] = set()

    def fetch(
        self, model: Model, source: ZipSource | UrlSource, wanted: Iterable[str], staging: Path
    ) -> None:
        """Put the `wanted` files of a model into `staging`, unverified. Raises SourceError."""
        if isinstance(source, ZipSource):
            archive = staging.parent / f"{model.name}.zip"
            self._download(source.url, archive)
            _extract(archive, source.folder, wanted, staging)
            return
        # Smallest first: a publisher's changed version shows before its largest file is downloaded.
        for path in sorted(wanted, key=lambda path: model.files[path].size_bytes):
            self._download(source.urls[path], staging / path)

    def _download(self, url: str, target: Path) -> None:
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise SourceError(f"{host} cannot be reached")
        partial = target.with_name(f"{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._stream(url, partial)
        except httpx.ConnectError as error:
            self._unreachable.add(host)
            raise SourceError(f"{host} cannot be reached") from error
        except httpx.ConnectTimeout as error:
            self._unreachable.add(host)
            raise SourceError(f"{host} cannot be reached in {CONNECT_TIMEOUT_S:.0f} s") from error
        except httpx.HTTPStatusError as error:
            raise SourceError(f"{host} answered {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise SourceError(f"download from {host} broke off ({type(error).__name__})") from error
        partial.replace(target)

    def _stream(self, url: str, partial: Path) -> None:
        done_bytes = partial.stat().st_size if partial.exists() else 0
        headers = {"Range": f"bytes={done_bytes}-"} if done_bytes else {}
        with self._client.stream("GET", url, headers=headers) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return
            response.raise_for_status()
            is_resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            if not is_resumed:
                done_bytes = 0
            length = response.headers.get("content-length")
            total = done_bytes + int(length) if length else None
            bar = self._progress.add_task(partial.stem, total=total, completed=done_bytes)
            with partial.open("ab" if is_resumed else "wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
                    self._progress.advance(bar, len(chunk))
            self._progress.update(bar, visible=False)


def new_client() -> httpx.Client:
    """A client that gives up quickly where the network does not lead to the publishers' sites."""
    timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    return httpx.Client(timeout=timeout, follow_redirects=True)


def _extract(archive: Path, folder: str, wanted: Iterable[str], staging: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as contents:
            for path in wanted:
                target = staging / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with contents.open(f"{folder}/{path}") as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, KeyError) as error:
        archive.unlink()
        raise SourceError(f"the archive is not what was expected ({error})") from error
    archive.unlink()
