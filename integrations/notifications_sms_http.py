"""SMS through any gateway that takes an HTTP request, described by a template in the settings."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx

from integrations.notifications import CarrierError

MAX_ANSWER_BYTES = 64 * 1024
_PLACEHOLDER = re.compile(r"\{(to|to_digits|to_national|text)\}")


class TemplateError(ValueError):
    """The gateway's description in the settings cannot be used."""


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """How a gateway wants to be asked. In `url` and `body`, these are replaced, each escaped for its place:
    `{to}` "+33612345678", `{to_digits}` "33612345678", `{to_national}` "0612345678", `{text}`.

    body: a JSON document, or a form ("to={to}&message={text}"); "" sends none.
    headers: names and values, the gateway's key among them.
    accepted: a regular expression that the answer must hold, for gateways that refuse with status 200.
    connect_s, answer_s: seconds to wait for a connection, then for the whole answer.
    """

    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    accepted: str = ""
    connect_s: float = 2.0
    answer_s: float = 4.0


class HttpSmsCarrier:
    """Implements `notifications.Carrier`. Raises TemplateError for a description that cannot be used."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway
        self._body = _body_writer(gateway.body)
        self._accepted = _pattern(gateway.accepted)
        if urlsplit(gateway.url).scheme not in ("http", "https"):
            raise TemplateError("the gateway's address must start with http:// or https://")
        if not {"to", "text"} <= {name.partition("_")[0] for name in _placeholders(gateway)}:
            raise TemplateError("the gateway's address or body must hold {text} and {to}")
        # Redirections are not followed: a number must not go anywhere else.
        self._client = httpx.AsyncClient(headers=dict(gateway.headers), follow_redirects=False)

    async def deliver(self, to: str, text: str, subject: str) -> None:
        values = _values(to, text)
        url = _PLACEHOLDER.sub(lambda found: quote(values[found[1]], safe=""), self._gateway.url)
        content, kind = self._body(values)
        headers = {"Content-Type": kind} if kind else {}
        status, answer = await self._exchange(url, content, headers)
        if status >= 500 and status != 503:
            raise CarrierError(f"status {status}", unclear=True)
        if not 200 <= status < 300:
            raise CarrierError(f"status {status}")
        if self._accepted is not None and not self._accepted.search(answer):
            raise CarrierError("the answer is not one that means accepted")

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _exchange(self, url: str, content: bytes, headers: dict[str, str]) -> tuple[int, str]:
        gateway = self._gateway
        timeout = httpx.Timeout(gateway.answer_s, connect=gateway.connect_s, pool=gateway.connect_s)
        request = self._client.build_request(
            gateway.method, url, content=content or None, headers=headers, timeout=timeout
        )
        try:
            # The client's own limits are for each part of an answer: a server that drips would hold us.
            async with asyncio.timeout(gateway.connect_s + gateway.answer_s):
                response = await self._client.send(request, stream=True)
                try:
                    return response.status_code, await _read(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise CarrierError(f"no connection ({type(error).__name__})") from error
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise CarrierError(f"no whole answer ({type(error).__name__})", unclear=True) from error


def _placeholders(gateway: SmsGateway) -> set[str]:
    return set(_PLACEHOLDER.findall(gateway.url + gateway.body))


async def _read(response: httpx.Response) -> str:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise httpx.DecodingError("the answer is too long", request=response.request)
    return body.decode("utf-8", "replace")


def _values(to: str, text: str) -> dict[str, str]:
    digits = to.removeprefix("+")
    national = f"0{digits[2:]}" if digits.startswith("33") else to
    return {"to": to, "to_digits": digits, "to_national": national, "text": text}


Values = Mapping[str, str]
BodyWriter = Callable[[Values], tuple[bytes, str]]


def _body_writer(template: str) -> BodyWriter:
    """Return what writes the body and its type; what is filled in can never change the template's form."""
    template = template.strip()
    if not template:
        return lambda values: (b"", "")
    if template[0] in "{[" and not _PLACEHOLDER.match(template):
        try:
            document = json.loads(template)
        except json.JSONDecodeError as error:
            raise TemplateError(f"the gateway's body is no JSON: {error}") from error
        return lambda values: (json.dumps(_filled(document, values)).encode(), "application/json")
    try:
        pairs = parse_qsl(template, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise TemplateError("the gateway's body is neither JSON nor a form") from error
    return lambda values: (
        urlencode([(name, _fill(value, values)) for name, value in pairs]).encode(),
        "application/x-www-form-urlencoded",
    )


def _filled(part: Any, values: Values) -> Any:
    if isinstance(part, str):
        return _fill(part, values)
    if isinstance(part, list):
        return [_filled(each, values) for each in part]
    if isinstance(part, dict):
        return {name: _filled(each, values) for name, each in part.items()}
    return part


def _fill(text: str, values: Values) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _pattern(expression: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression) if expression else None
    except re.error as error:
        raise TemplateError(f"the expression for an accepted message cannot be used: {error}") from error
