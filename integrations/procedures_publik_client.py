"""Client of a Publik portal (w.c.s.): its categories, its forms, and what became of one by its number.

Every request is signed: `orig` names us, and the portal knows our key. Nothing of what people wrote in a
form is asked for.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")
MAX_ANSWER_BYTES = 8 * 1024 * 1024
_NUMBER = re.compile(r"\d{1,6}-\d{1,9}")
_PATH = re.compile(r"([a-z0-9][a-z0-9-]{0,120})/(\d{1,9})/?")
# Only how far it is, nothing personal.
_STATUS_ONLY = {
    "include-fields": "off",
    "include-user": "off",
    "include-roles": "off",
    "include-submission": "off",
    "include-evolution": "off",
    "include-files-content": "off",
}


class PortalError(Exception):
    """The portal did not give what was asked. retryable: it may later; else its settings need a person."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Category(_Shape):
    """A theme of the portal. description: HTML."""

    title: str
    slug: str = ""
    url: str = ""
    description: str | None = ""


class Form(_Shape):
    """A form of the portal, as `/api/formdefs/` tells it. description: HTML.

    authentication_required: people need an account. redirection: the form is elsewhere, `url` leads there.
    """

    title: str
    slug: str
    url: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    authentication_required: bool = False
    redirection: bool = False
    category: str = ""
    category_slug: str = ""

    @property
    def plain_description(self) -> str:
        """The description without its HTML."""
        return plain_text(self.description)


@dataclass(frozen=True, slots=True)
class TrackedForm:
    """How far a form is. status: the portal's own word for it, as the applicant sees it."""

    number: str
    title: str
    status: str
    received_at: datetime | None
    updated_at: datetime | None


class _Listed(_Shape):
    name: str = ""
    status: str | None = None
    draft: bool = False
    form_number: str | None = None
    form_uri: str = ""


class _Status(_Shape):
    name: str = ""


class _Workflow(_Shape):
    status: _Status | None = None


class _Detail(_Shape):
    receipt_time: str | None = None
    last_update_time: str | None = None
    workflow: _Workflow = _Workflow()


def sign_query(query: str, orig: str, key: str, now: datetime, nonce: str) -> str:
    """A query string with our name, the time, a number used once, and the signature over all of it."""
    parts = [("orig", orig), ("algo", "sha256"), ("timestamp", _timestamp(now)), ("nonce", nonce)]
    signed = "&".join(part for part in (query, urlencode(parts)) if part)
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}&signature={quote(base64.b64encode(digest), safe='')}"


def plain_text(html: str) -> str:
    """The text of a piece of HTML on one line."""
    parser = _TextOnly()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.parts).split())


class PublikClient:
    """One portal. url: its base. orig, key: as its administrator gave them. answer_s: seconds for an answer.

    timezone: of the moments that the portal writes without one. clock: now, with time zone.
    """

    def __init__(
        self,
        url: str,
        orig: str,
        key: str,
        timezone: ZoneInfo,
        answer_s: float = 5.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url = url.rstrip("/")
        self._orig, self._key = orig, key
        self._timezone = timezone
        self._answer_s = answer_s
        self._clock = clock
        self._client = httpx.AsyncClient(headers={"Accept": "application/json"}, follow_redirects=False)

    async def categories(self) -> tuple[Category, ...]:
        """The portal's themes. Raises PortalError."""
        return _checked(tuple[Category, ...], _data(await self._get("/api/categories/")))

    async def forms(self) -> tuple[Form, ...]:
        """The portal's forms. Raises PortalError."""
        return _checked(tuple[Form, ...], _data(await self._get("/api/formdefs/")))

    async def track(self, number: str) -> TrackedForm | None:
        """How far a form is, by its number ("12-34") or its path ("acte-de-naissance/34").

        None: the portal has no such form, or does not show it to us. Raises PortalError.
        """
        wanted = "".join(number.split()).lower()
        path = _PATH.fullmatch(wanted)
        if path is not None:
            return await self._detail(path[1], path[2], wanted, title=path[1], status="")
        if not _NUMBER.fullmatch(wanted):
            return None
        listed = _data(await self._get("/api/forms/", {"q": wanted, "limit": "20"}))
        for each in _checked(tuple[_Listed, ...], listed if listed is not None else []):
            path = _PATH.fullmatch(each.form_uri)
            if each.form_number == wanted and not each.draft and path is not None:
                return await self._detail(path[1], path[2], wanted, each.name, each.status or "")
        return None

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _detail(self, slug: str, raw: str, number: str, title: str, status: str) -> TrackedForm | None:
        answer = await self._get(f"/api/forms/{slug}/{raw}/", _STATUS_ONLY, is_missing_ok=True)
        if answer is None:
            return None
        detail = _checked(_Detail, answer)
        told = detail.workflow.status.name if detail.workflow.status else ""
        return TrackedForm(
            number,
            title,
            told or status,
            self._moment(detail.receipt_time),
            self._moment(detail.last_update_time),
        )

    def _moment(self, text: str | None) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self._timezone)

    async def _get(
        self, path: str, params: dict[str, str] | None = None, *, is_missing_ok: bool = False
    ) -> Any:
        query = sign_query(
            urlencode(params or {}), self._orig, self._key, self._clock(), secrets.token_hex(16)
        )
        try:
            async with asyncio.timeout(self._answer_s):
                status, body = await self._read(f"{self._url}{path}?{query}")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise PortalError(f"no answer ({type(error).__name__})", retryable=True) from error
        if is_missing_ok and status in (403, 404):
            return None
        if status != 200:
            raise PortalError(f"status {status}", retryable=status >= 500 or status == 429)
        try:
            return _JSON.validate_json(body)
        except ValidationError as error:
            raise PortalError("the answer is no JSON", retryable=True) from error

    async def _read(self, url: str) -> tuple[int, bytes]:
        body = bytearray()
        async with self._client.stream("GET", url, timeout=None) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise httpx.DecodingError("the answer is too long", request=response.request)
            return response.status_code, bytes(body)


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(" " if tag in ("p", "br", "li", "div") else "")


_JSON: TypeAdapter[Any] = TypeAdapter(Any)


def _timestamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _data(answer: Any) -> Any:
    """What an answer holds: today's portals wrap it, older ones did not."""
    if isinstance(answer, dict):
        if answer.get("err", 0) != 0:
            raise PortalError(f"err {answer['err']}", retryable=True)
        return answer.get("data")
    return answer


def _checked(shape: type[T], value: Any) -> T:
    try:
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise PortalError(
            f"the answer has another shape: {where}: {first['type']}", retryable=True
        ) from error
