"""What people do with a conversation, from the list and from its page; single lines of the list."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console import labels
from bot.console.door import Clock, Door, visit_of
from bot.console.masking import Masking
from bot.console.pages import Pages
from bot.console.roles import Role, Visit
from bot.store.conversation_list import ConversationList, Summary
from bot.store.conversation_reviews import Change, ConflictError, ConversationReviews, Review, ReviewAction

Action = Literal["flag", "unflag", "take", "release", "assign", "review", "reopen", "note"]
Shown = Literal["row", "panel"]
CONFLICT = "Un collègue vient de la modifier : rien n'a été changé. Voici son état, recommencez si besoin."
_GONE = "Cette conversation n'existe pas, ou plus."


class ReviewRoutes:
    """Changes carry the version that was seen: who comes second is shown what the first one did."""

    def __init__(
        self,
        door: Door,
        pages: Pages,
        conversations: ConversationList,
        reviews: ConversationReviews,
        masking: Masking,
        clock: Clock,
    ) -> None:
        self._door = door
        self._pages = pages
        self._conversations = conversations
        self._reviews = reviews
        self._masking = masking
        self._clock = clock
        self.router = APIRouter(prefix="/console/conversations", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/{conversation_id}/review", self.change, methods=["POST"])
        self.router.add_api_route("/{conversation_id}/note", self.note, methods=["POST"])
        self.router.add_api_route("/{conversation_id}/row", self.ended_row, methods=["GET"])

    async def change(
        self,
        request: Request,
        conversation_id: str,
        action: Annotated[Action, Form()],
        version: Annotated[int, Form()],
        value: Annotated[str, Form()] = "",
        shown: Annotated[Shown, Form()] = "panel",
    ) -> Response:
        visit = visit_of(request)
        change = _change(action, value, visit)
        detail = change.value if change.action is ReviewAction.ASSIGN else ""
        await self._door.record(visit, f"{change.action}_conversation", conversation_id[:128], detail[:64])
        conflict = None
        try:
            review = await asyncio.to_thread(
                self._reviews.change, conversation_id, change, version, visit.account.login, self._clock()
            )
        except ConflictError as error:
            conflict = review = error.present
        except LookupError as error:
            raise HTTPException(404, _GONE) from error
        except ValueError as error:
            raise HTTPException(422, "Ce compte n'existe pas, ou plus.") from error
        if shown == "row":
            return await self._row(request, visit, conversation_id, conflict)
        is_own = change.action is ReviewAction.NOTE and conflict is None
        if "hx-request" not in request.headers and conflict is None:
            return RedirectResponse(f"/console/conversations/{quote(conversation_id, safe='')}", 303)
        return await self._panel(request, visit, review, change if conflict else None, sees_note=is_own)

    async def note(self, request: Request, conversation_id: str) -> Response:
        """A note with all its words, to be changed; whoever sees them is written down first."""
        review = await asyncio.to_thread(self._reviews.get, conversation_id)
        if review is None:
            raise HTTPException(404, _GONE)
        visit = visit_of(request)
        await self._door.record(visit, "view_words", conversation_id[:128], "note")
        return await self._panel(request, visit, review, sees_note=True)

    async def ended_row(self, request: Request, conversation_id: str) -> Response:
        """The line of a conversation that was in progress, once it has ended; nothing before."""
        row = await asyncio.to_thread(self._conversations.get, conversation_id)
        if row is None or row.is_in_progress:
            return Response(status_code=204)
        return await self._line(request, visit_of(request), row, "")

    async def _row(
        self, request: Request, visit: Visit, conversation_id: str, conflict: Review | None
    ) -> Response:
        if "hx-request" not in request.headers:
            return RedirectResponse("/console/conversations", 303)
        row = await asyncio.to_thread(self._conversations.get, conversation_id)
        if row is None:
            raise HTTPException(404, _GONE)
        return await self._line(request, visit, row, CONFLICT if conflict else "")

    async def _line(self, request: Request, visit: Visit, row: Summary, message: str) -> Response:
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            "conversations_row.html",
            row=row,
            shown=self._masking.shown(visit.account.role),
            **await self._names(),
            message=message,
        )

    async def _panel(
        self,
        request: Request,
        visit: Visit,
        review: Review,
        conflict: Change | None = None,
        *,
        sees_note: bool,
    ) -> Response:
        """conflict: what could not be done because a colleague was faster."""
        is_part = "hx-request" in request.headers
        role, masking = visit.account.role, self._masking
        # In a thread: masking blocks.
        return await asyncio.to_thread(
            self._pages.render,
            request,
            visit,
            "conversation_review.html" if is_part else "conversation_conflict.html",
            review=review,
            shown=masking.shown(role),
            is_note_masked=not sees_note and await asyncio.to_thread(masking.hides, role, review.note),
            conflict=conflict,
            draft=conflict.value if conflict and conflict.action is ReviewAction.NOTE else "",
            **await self._names(),
        )

    async def _names(self) -> dict[str, Any]:
        colleagues = await asyncio.to_thread(self._reviews.colleagues)
        return {
            "colleagues": colleagues,
            "names": {each.login: each.name for each in colleagues},
            "channels": labels.CHANNELS,
        }


def _change(action: Action, value: str, visit: Visit) -> Change:
    match action:
        case "take":
            return Change(ReviewAction.ASSIGN, visit.account.login)
        case "release":
            return Change(ReviewAction.ASSIGN)
    return Change(ReviewAction(action), value)
