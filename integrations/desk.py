"""The desk: what a caller is promised is written here first, then delivered by the outbox.

Every method is safe to call from several processes at once and never blocks the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Engine

from integrations import desk_callbacks, desk_duplicates, desk_letters, desk_reports
from integrations.database import writing
from integrations.desk_types import DeadLetter, KnownReport, NewCallback, NewReport, ReportStatus
from integrations.protocols import BackendError, Geocoder, Place, ReportsBackend, ReportState
from integrations.references_spoken import spoken_references

log = structlog.get_logger()


class Desk:
    """Takes reports and call-back requests, and tells what became of a report.

    engine: the desk's database, migrated. backend: the city's report system, asked for states only, since
    delivery is the outbox's. prefix: the letters before the digits of a reference. ask_s: how long that
    system may take to tell a state, while a caller waits. geocoder: adds coordinates to the places of
    reports; without it they stay as they are.
    """

    def __init__(
        self,
        engine: Engine,
        backend: ReportsBackend,
        prefix: str,
        ask_s: float = 3.0,
        geocoder: Geocoder | None = None,
    ) -> None:
        self._engine = engine
        self._ask_s = ask_s
        self._backend = backend
        self._prefix = prefix
        self._geocoder = geocoder

    async def file_report(self, report: NewReport, now: datetime) -> str:
        """Write a report and its delivery in one transaction and return the reference to give to the caller.

        Once per problem: the same conversation filing the same problem again gets the same reference; a
        complete report takes the place of the incomplete one that the conversation filed before.
        now: with time zone; its year is in the reference. Raises SQLAlchemyError: then nothing was promised.
        """
        report = replace(report, place=await self._located(report.place))
        return await asyncio.to_thread(self._file_report, report, now)

    async def request_callback(self, callback: NewCallback, now: datetime) -> str:
        """Write a call-back request and return its reference.

        Once per wish: the same conversation asking the same service to call the same number gets the same
        reference while that waits. Its due_at: `desk_callbacks.callback_due_at`.
        Raises SQLAlchemyError: then nothing was promised.
        """
        return await asyncio.to_thread(self._request_callback, callback, now)

    async def status(self, reference: str) -> ReportStatus | None:
        """Tell what became of a report; None when nobody knows it.

        reference: as it was said, typed or stored: "vingt-six zéro quatre douze huit", "26-0412-8".
        Reports that the city's system took from elsewhere are found too. When that system does not answer,
        what the desk knows is told (`is_current` False). Raises BackendError when the desk knows nothing.
        """
        meant = spoken_references(reference, self._prefix)
        known = await asyncio.to_thread(desk_reports.find_status, self._engine, meant)
        if known is not None:
            return await self._ask_backend(known.reference, known)
        for candidate in meant:
            elsewhere = await self._ask_backend(candidate, None)
            if elsewhere is not None:
                return elsewhere
        return None

    async def reports_of_phone(self, phone: str, since: datetime, limit: int = 3) -> Sequence[ReportStatus]:
        """Tell what became of the reports made with a phone number since a moment, newest first.

        phone: spelled as it was when they were filed.
        """
        if not phone:
            return ()
        known = await asyncio.to_thread(desk_reports.find_by_phone, self._engine, phone, since, limit)
        found = await asyncio.gather(*(self._ask_backend(status.reference, status) for status in known))
        return [status for status in found if status is not None]

    async def find_open_duplicate(
        self, problem_code: str, place: Place, now: datetime, conversation_id: str = ""
    ) -> KnownReport | None:
        """Return the open report that may be about the same problem; None when there is none.

        Same problem type, within 50 m or at the same normalised address, told within the last 90 days. Found
        in the desk's own database; the city's system is only asked whether it is still open, and taken at the
        desk's word when it does not answer. conversation_id: whose own reports are no duplicates for it.
        """
        place = await self._located(place)
        candidates = await asyncio.to_thread(
            desk_duplicates.find_open, self._engine, problem_code, place, now, conversation_id[:64]
        )
        for known in candidates:
            if await self._is_open(known, now):
                return known
        return None

    async def join_report(self, reference: str, conversation_id: str, phone: str, now: datetime) -> str:
        """Count one more person for a report and return its reference, to be given to them.

        reference: as stored. Once per conversation. phone: theirs, "" when unknown. The outbox tells the
        city's system. Raises LookupError when the desk has no such report, SQLAlchemyError when nothing
        could be written.
        """
        return await asyncio.to_thread(self._join_report, reference, conversation_id, phone, now)

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what could not be delivered and waits for a person, oldest first."""
        return await asyncio.to_thread(desk_letters.find_dead, self._engine)

    async def send_again(self, letter_id: int, now: datetime) -> bool:
        """Let the outbox deliver a dead letter once more. False: there is no such letter any more.

        Without looking for it first: the person who asks for it has looked.
        """
        return await asyncio.to_thread(desk_letters.revive, self._engine, letter_id, now)

    async def settle_letter(self, letter_id: int, backend_id: str, now: datetime) -> bool:
        """Take a dead letter for delivered, since a person has filed it. False: there is none any more.

        backend_id: under which the city's system has the report, "" when that is known or unknowable.
        """
        return await asyncio.to_thread(desk_letters.settle, self._engine, letter_id, backend_id, now)

    async def aclose(self) -> None:
        """Let go of the connections to the database and to the city's system."""
        await self._backend.aclose()
        if self._geocoder is not None:
            await self._geocoder.aclose()
        await asyncio.to_thread(self._engine.dispose)

    async def _located(self, place: Place) -> Place:
        return place if self._geocoder is None else await self._geocoder.locate(place)

    async def _ask_backend(self, reference: str, known: ReportStatus | None) -> ReportStatus | None:
        try:
            async with asyncio.timeout(self._ask_s):
                found = await self._backend.find(reference, known.backend_id if known else "")
        except (BackendError, TimeoutError) as error:
            log.warning("report_state_unknown", reference=reference, error=str(error) or "too slow")
            if known is None:
                raise BackendError("the city's system does not tell", retryable=True) from error
            return known
        return desk_reports.merge_status(known, found)

    async def _is_open(self, known: KnownReport, now: datetime) -> bool:
        if not known.backend_id:
            return True
        try:
            async with asyncio.timeout(self._ask_s):
                found = await self._backend.find(known.reference, known.backend_id)
        except (BackendError, TimeoutError) as error:
            log.warning("report_state_unknown", reference=known.reference, error=str(error) or "too slow")
            return True
        if found is None or found.state is not ReportState.CLOSED:
            return True
        await asyncio.to_thread(desk_duplicates.note_closed, self._engine, known.reference, now)
        return False

    def _join_report(self, reference: str, conversation_id: str, phone: str, now: datetime) -> str:
        with writing(self._engine) as session:
            return desk_duplicates.join(session, reference, conversation_id, phone, now)

    def _file_report(self, report: NewReport, now: datetime) -> str:
        with writing(self._engine) as session:
            return desk_reports.file_report(session, report, self._prefix, now)

    def _request_callback(self, callback: NewCallback, now: datetime) -> str:
        with writing(self._engine) as session:
            return desk_callbacks.request_callback(session, callback, self._prefix, now)
