"""One exchange with a GeoReport v2 server, and what each way of failing means for what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from integrations.protocols import BackendError

# A thousand requests with the longest descriptions stay below this.
MAX_ANSWER_BYTES = 16 * 1024 * 1024

# A server that asks for more patience than this is asked again all the same.
MAX_WAIT_S = 3600.0

# Statuses that say that the server has not begun to work on the request.
_NOT_BEGUN = frozenset({408, 425, 429, 503})
# Statuses that say that this request will never do, however often it is repeated.
_NEVER = frozenset({400, 409, 410, 411, 413, 414, 422})
# The answer to a POST that was carried out may be such a redirect; the others promise that nothing was done.
_REDIRECTED_AFTERWARDS = frozenset({302, 303})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. status: 200 to 599. wait_s: seconds it asked to wait, 0 when it did not."""

    status: int
    body: bytes
    wait_s: float = 0.0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Exchanges:
    """Sends requests to one server and tells failures apart.

    connect_s: seconds to wait for a connection. answer_s: seconds to wait for the whole answer.
    """

    def __init__(self, client: httpx.AsyncClient, base_url: str, connect_s: float, answer_s: float) -> None:
        self._client = client
        self._base_url = base_url
        self._timeout = httpx.Timeout(answer_s, connect=connect_s, pool=connect_s)
        self._total_s = connect_s + answer_s

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """Read. Raises BackendError when no answer came."""
        return await self._exchange("GET", path, params=params)

    async def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form. Raises BackendError when no answer came: unclear once the form may have arrived."""
        return await self._exchange("POST", path, form=form)

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        changes_something = method == "POST"
        url = self._base_url + path
        try:
            # The client's own timeouts are for each part of an answer: a server that drips would hold us.
            async with (
                asyncio.timeout(self._total_s),
                self._client.stream(method, url, params=params, data=form, timeout=self._timeout) as response,
            ):
                wait_s = _wait_s(response.headers.get("Retry-After", ""))
                return Answer(response.status_code, await _read(response), wait_s)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise BackendError(f"no connection ({type(error).__name__})", retryable=True) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise BackendError("the server's address cannot be used", retryable=True) from error
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            message = f"no whole answer ({type(error).__name__})"
            raise BackendError(message, retryable=True, unclear=changes_something) from error


def refusal(answer: Answer, *, is_georeport: bool, changes_something: bool) -> BackendError:
    """Return what an answer other than a success means.

    is_georeport: the body is GeoReport's list of errors, so the server itself, no proxy, refused.
    changes_something: the request was a POST, so that a server's fault may hide that it was carried out.
    """
    status = answer.status
    message = f"status {status}"
    if status >= 500:
        unclear = changes_something and status not in _NOT_BEGUN
        return BackendError(message, retryable=True, unclear=unclear, wait_s=answer.wait_s)
    if status < 400:
        # Following it could send personal data anywhere: the address in the settings has to be mended.
        unclear = changes_something and status in _REDIRECTED_AFTERWARDS
        return BackendError(f"{message}: redirected", retryable=True, unclear=unclear)
    # A wrong key or address is mended by a person, and then the same report is welcome.
    never = status in _NEVER or (status == 404 and is_georeport)
    return BackendError(message, retryable=not never, wait_s=answer.wait_s)


def _wait_s(retry_after: str) -> float:
    """Return the seconds that a header asks for; 0 for a date, which trusts clocks that nobody checked."""
    text = retry_after.strip()
    return min(float(text), MAX_WAIT_S) if text.isascii() and text.isdigit() else 0.0


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise httpx.DecodingError(f"more than {MAX_ANSWER_BYTES} bytes", request=response.request)
    return bytes(body)
