"""One conversation: its page, its recording, the caller's number."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.console import labels
from bot.console.conversation_view import turn_views
from bot.console.door import Door, visit_of
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


@dataclass(frozen=True, slots=True)
class ConversationSources:
    """Where a conversation's page comes from; all but `recordings` block. problems: names by code."""

    detail: Callable[[str], Detail | None]
    tracker: Callable[[str], Sequence[TrackedTurn]]
    filed: Callable[[str], Filed]
    reviews: ConversationReviews
    recordings: Recordings
    problems: Mapping[str, str]


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
        return self._pages.render(
            request,
            visit,
            "conversation.html",
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
            colleagues=colleagues,
            names={each.login: each.name for each in colleagues},
            channels=labels.CHANNELS,
            may_see_number=visit.account.role.may(SEES_NUMBERS),
            conflict=None,
            draft="",
        )

    async def audio(self, request: Request, conversation_id: str) -> Response:
        """The recording; whoever hears it is written down first."""
        path = self._sources.recordings.path(conversation_id)
        if path is None or await asyncio.to_thread(check, path) is RecordingState.MISSING:
            raise HTTPException(404, "Il n'y a pas d'enregistrement de cette conversation.")
        span = request.headers.get("range", "")
        await self._door.record(visit_of(request), "view_recording", conversation_id[:128], span[:60])
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, media_type="audio/wav", headers=headers)

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
