"""One conversation: its page, its recording, the caller's number."""

from __future__ import annotations

import asyncio
import secrets
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.console import labels
from bot.console.conversation_view import turn_views
from bot.console.door import Door, visit_of
from bot.console.masking import SEES_WORDS, Masking, names_in
from bot.console.muted_audio import muted_response, personal_stretches
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.store.conversation_detail import Detail
from bot.store.conversation_reviews import ConversationReviews, Review
from bot.store.models import Conversation
from bot.store.recordings import Recordings, RecordingState, check
from bot.store.trackers import TrackedTurn
from integrations.desk_conversation import Filed

log = structlog.get_logger()

# Who may hear of a caller's whole number.
SEES_NUMBERS = Role.SUPERVISOR
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class ConversationSources:
    """Where a conversation's page comes from; all but `recordings` block. problems: names by code."""

    detail: Callable[[str], Detail | None]
    tracker: Callable[[str], Sequence[TrackedTurn]]
    filed: Callable[[str], Filed]
    reviews: ConversationReviews
    recordings: Recordings
    problems: Mapping[str, str]
    masking: Masking


class ConversationRoutes:
    """The page of one conversation and what belongs to it."""

    def __init__(self, door: Door, pages: Pages, sources: ConversationSources) -> None:
        self._door = door
        self._pages = pages
        self._sources = sources
        self.router = APIRouter(prefix="/console/conversations", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/{conversation_id}", self.show, methods=["GET"])
        self.router.add_api_route("/{conversation_id}/audio", self.audio, methods=["GET"])
        self.router.add_api_route(
            "/{conversation_id}/caller",
            self.caller,
            methods=["POST"],
            dependencies=[door.needs(SEES_NUMBERS)],
        )

    async def show(self, request: Request, conversation_id: str) -> Response:
        visit = visit_of(request)
        detail, tracked, filed, colleagues = await asyncio.gather(
            asyncio.to_thread(self._sources.detail, conversation_id),
            self._tracked(conversation_id),
            self._filed(conversation_id),
            asyncio.to_thread(self._sources.reviews.colleagues),
        )
        if detail is None:
            raise HTTPException(404, "Cette conversation n'existe pas, ou plus.")
        path = self._sources.recordings.path(conversation_id)
        nonce = secrets.token_urlsafe(16)
        role = visit.account.role
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            "conversation.html",
            shown=self._sources.masking.shown(role, names_in(detail.turns)),
            is_masked=not role.may(SEES_WORDS),
            style_nonce=nonce,
            nonce=nonce,
            conversation=detail.conversation,
            turns=turn_views(detail.conversation, detail.turns, tracked or ()),
            is_tracker_read=tracked is not None,
            filed=filed,
            problems=self._sources.problems,
            audio=await asyncio.to_thread(check, path),
            audio_address=f"/console/conversations/{quote(conversation_id, safe='')}/audio",
            review=_review(detail.conversation),
            is_note_masked=await asyncio.to_thread(
                self._sources.masking.hides, role, detail.conversation.note
            ),
            colleagues=colleagues,
            names={each.login: each.name for each in colleagues},
            channels=labels.CHANNELS,
            may_see_number=role.may(SEES_NUMBERS),
            conflict=None,
            draft="",
        )

    async def audio(self, request: Request, conversation_id: str) -> Response:
        """The recording; whoever hears it is written down first. Agents do not hear what is personal."""
        path = self._sources.recordings.path(conversation_id)
        if path is None or await asyncio.to_thread(check, path) is RecordingState.MISSING:
            raise HTTPException(404, "Il n'y a pas d'enregistrement de cette conversation.")
        visit = visit_of(request)
        span = request.headers.get("range", "")
        await self._door.record(visit, "view_recording", conversation_id[:128], span[:60])
        if not visit.account.role.may(SEES_WORDS):
            # What a page has of an older answer cannot be told from this one: then everything is sent again.
            wanted = "" if "if-range" in request.headers else span
            return await asyncio.to_thread(self._muted, conversation_id, path, wanted)
        return FileResponse(path, media_type="audio/wav", headers=HEADERS)

    def _muted(self, conversation_id: str, path: Path, wanted: str) -> Response:
        detail = self._sources.detail(conversation_id)
        if detail is None:
            raise HTTPException(404, "Cette conversation n'existe pas, ou plus.")
        known = names_in(detail.turns)
        stretches = personal_stretches(detail, lambda words: self._sources.masking.is_personal(words, known))
        try:
            return muted_response(path, stretches, wanted, HEADERS)
        except (OSError, EOFError, ValueError, wave.Error) as error:
            raise HTTPException(404, "L'enregistrement est abîmé.") from error

    async def caller(self, request: Request, conversation_id: str) -> Response:
        """The whole number; whoever sees it is written down first."""
        detail = await asyncio.to_thread(self._sources.detail, conversation_id)
        if detail is None:
            raise HTTPException(404, "Cette conversation n'existe pas, ou plus.")
        visit = visit_of(request)
        await self._door.record(visit, "view_number", conversation_id[:128])
        return self._pages.render(
            request, visit, "conversation_caller.html", conversation=detail.conversation, is_shown=True
        )

    async def _tracked(self, conversation_id: str) -> Sequence[TrackedTurn] | None:
        """None when the dialogue engine's memory cannot be read: the page works without."""
        try:
            return await asyncio.to_thread(self._sources.tracker, conversation_id)
        except SQLAlchemyError as error:
            log.warning("tracker_not_read", error=type(error).__name__)
            return None

    async def _filed(self, conversation_id: str) -> Filed | None:
        """None when the desk cannot be read."""
        try:
            return await asyncio.to_thread(self._sources.filed, conversation_id)
        except SQLAlchemyError as error:
            log.warning("desk_not_read", error=type(error).__name__)
            return None


def _review(row: Conversation) -> Review:
    return Review(
        row.id, row.is_flagged, row.assignee, row.reviewed_at, row.reviewed_by, row.note, row.version
    )
