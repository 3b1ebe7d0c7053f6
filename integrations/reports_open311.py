"""Reports to any Open311 GeoReport v2 server, the embedded one or a city's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import httpx

from integrations import open311_extension as extension
from integrations.open311_answers import (
    AnswerError,
    RequestRow,
    UpdateRow,
    is_refusal,
    read_extensions,
    read_filed,
    read_requests,
    read_updates,
)
from integrations.open311_forms import report_form, update_form
from integrations.open311_http import Answer, Exchanges, refusal
from integrations.protocols import BackendError, FiledReport, Report, ReportUpdate

TOKEN_PREFIX = "token:"
# Statuses of a discovery document that say nothing about whether there is one.
_TRY_AGAIN = frozenset({401, 403, 408, 425, 429, 502, 503, 504})


class Open311Reports:
    """ReportsBackend by GeoReport v2. One per event loop; close it with `aclose`.

    base_url: ends with a slash. api_key: the server's. jurisdiction_id: "" for none.
    format_name: "json" or "xml"; connect_s, answer_s: see `Exchanges`. is_local: the server is on this
    machine, so that the environment's proxy and certificates (HTTPS_PROXY, SSL_CERT_FILE) are not for it.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        jurisdiction_id: str = "",
        format_name: str = "json",
        connect_s: float = 3.0,
        answer_s: float = 10.0,
        *,
        is_local: bool = True,
    ) -> None:
        self._client = httpx.AsyncClient(trust_env=not is_local, headers={"User-Agent": "callbot"})
        self._exchanges = Exchanges(self._client, base_url, connect_s, answer_s)
        self._api_key = api_key
        self._jurisdiction = {"jurisdiction_id": jurisdiction_id} if jurisdiction_id else {}
        self._format = format_name
        self._known_extensions: frozenset[str] = frozenset()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def submit(self, report: Report) -> str:
        """File a report; a server that gives identifiers later answers "token:…" now. Raises BackendError."""
        form = report_form(report, is_extended=await self._extended())
        answer = await self._exchanges.post(
            f"requests.{self._format}", {"api_key": self._api_key, **self._jurisdiction, **form}
        )
        if not answer.is_success:
            raise refusal(answer, is_georeport=is_refusal(answer.body), changes_something=True)
        try:
            filed = read_filed(answer.body)
        except AnswerError as error:
            raise BackendError(f"unreadable answer: {error}", retryable=True, unclear=True) from error
        return filed.service_request_id or TOKEN_PREFIX + filed.token

    async def complete(self, report: Report) -> str:
        """Post the whole report again: our extension puts it in the incomplete one's place."""
        if not await self._extended():
            raise BackendError("this server has no way to complete a report", retryable=False)
        return await self.submit(report)

    async def find(self, reference: str, backend_id: str = "") -> FiledReport | None:
        """Look a report up; on servers without our extension, its absence can never be sure."""
        if backend_id:
            return await self._find_by_id(reference, backend_id)
        if not await self._extended():
            return await self._find_in_texts(reference)
        rows = await self._requests(f"requests.{self._format}", {extension.REFERENCE: reference})
        found = next((row for row in rows or () if row.reference == reference), None)
        if found is None and rows:
            raise BackendError("the server did not look for our reference", retryable=False, unclear=True)
        return await self._told(found, reference) if found else None

    async def add_update(self, update: ReportUpdate, backend_id: str) -> str:
        """Post an update in FixMyStreet's way. Raises BackendError, not retryable where nobody takes it."""
        form = update_form(update, await self._resolve(backend_id))
        answer = await self._exchanges.post(
            f"servicerequestupdates.{self._format}", {"api_key": self._api_key, **self._jurisdiction, **form}
        )
        if answer.status in (404, 405, 501):
            raise BackendError("this server takes no updates", retryable=False)
        if not answer.is_success:
            raise refusal(answer, is_georeport=is_refusal(answer.body), changes_something=True)
        try:
            (row,) = read_updates(answer.body)
        except ValueError as error:
            raise BackendError("unreadable answer to an update", retryable=True, unclear=True) from error
        return row.update_id

    async def can_repeat_updates(self) -> bool:
        """Whether the server says that it keeps one update per identifier. Raises BackendError."""
        return await self._has(extension.UPDATES_EXTENSION)

    async def updates(self, since: datetime, until: datetime) -> Sequence[UpdateRow]:
        """Return what happened to requests between two moments. Raises BackendError."""
        span = {"start_date": since.isoformat(), "end_date": until.isoformat(), "api_key": self._api_key}
        answer = await self._read(f"servicerequestupdates.{self._format}", span)
        try:
            return read_updates(answer.body)
        except AnswerError as error:
            raise BackendError(f"unreadable answer: {error}", retryable=True) from error

    async def _resolve(self, backend_id: str) -> str:
        """Return the identifier itself; a token's, once it has one. Raises BackendError."""
        if not backend_id.startswith(TOKEN_PREFIX):
            return backend_id
        token = backend_id.removeprefix(TOKEN_PREFIX)
        return _resolved(await self._read(f"tokens/{_segment(token)}.{self._format}", {}))

    async def _find_by_id(self, reference: str, backend_id: str) -> FiledReport | None:
        backend_id = await self._resolve(backend_id)
        rows = await self._requests(f"requests/{_segment(backend_id)}.{self._format}", {})
        found = next((row for row in rows or () if row.service_request_id == backend_id), None)
        return await self._told(found, reference) if found else None

    async def _told(self, row: RequestRow, reference: str) -> FiledReport:
        """Return a report as its caller may hear it: a duplicate is as far as the request that it repeats."""
        filed = row.filed_report(reference)
        if not row.duplicate_of:
            return filed
        rows = await self._requests(f"requests/{_segment(row.duplicate_of)}.{self._format}", {})
        first = next((other for other in rows or () if other.service_request_id == row.duplicate_of), None)
        if first is None:
            return filed
        theirs = first.filed_report(reference)
        return replace(
            filed, state=theirs.state, status_notes=theirs.status_notes, updated_at=theirs.updated_at
        )

    async def _find_in_texts(self, reference: str) -> FiledReport | None:
        rows = await self._requests(f"requests.{self._format}", {})
        for row in rows or ():
            if reference == row.reference or reference in row.description:
                return row.filed_report(reference)
        # It may be there and not be shown: lists end at some length, are moderated, are filled at night.
        raise BackendError("the server cannot tell whether it knows it", retryable=False, unclear=True)

    async def _requests(self, path: str, params: dict[str, str]) -> Sequence[RequestRow] | None:
        """Return the requests listed at a path; None when the server says that there is no such request."""
        answer = await self._read(path, params)
        if answer.status == 404:
            return None
        try:
            return read_requests(answer.body)
        except AnswerError as error:
            raise BackendError(f"unreadable answer: {error}", retryable=True) from error

    async def _read(self, path: str, params: dict[str, str]) -> Answer:
        answer = await self._exchanges.get(path, {**self._jurisdiction, **params})
        is_georeport = is_refusal(answer.body)
        if answer.is_success or (answer.status == 404 and is_georeport):
            return answer
        raise refusal(answer, is_georeport=is_georeport, changes_something=False)

    async def _extended(self) -> bool:
        """Whether the server says that it has our extension. Raises BackendError when it cannot be asked."""
        return await self._has(extension.EXTENSION)

    async def _has(self, name: str) -> bool:
        if name in self._known_extensions:
            return True
        # Only a yes is kept: a no may be a proxy's, or an older server's that is being replaced.
        answer = await self._exchanges.get(f"discovery.{self._format}", self._jurisdiction)
        if answer.status in _TRY_AGAIN:
            raise refusal(answer, is_georeport=False, changes_something=False)
        try:
            self._known_extensions = read_extensions(answer.body)
        except AnswerError:
            self._known_extensions = frozenset()
        return name in self._known_extensions


def _resolved(answer: Answer) -> str:
    """Return the identifier that a token has become. Raises BackendError while there is none."""
    try:
        identifier = read_filed(answer.body).service_request_id if answer.is_success else ""
    except AnswerError as error:
        raise BackendError(f"unreadable answer: {error}", retryable=True) from error
    if not identifier:
        raise BackendError("the token has no identifier yet", retryable=True)
    return identifier


def _segment(text: str) -> str:
    return quote(text, safe="")
