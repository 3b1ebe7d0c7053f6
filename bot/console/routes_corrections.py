"""Correcting what a caller said in one turn: the panel in a conversation's page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from bot.console import labels
from bot.console.correction_form import read_correction
from bot.console.door import Clock, Door, visit_of
from bot.console.learning_worker import LearningWorker
from bot.console.masking import SEES_WORDS, Masking, names_in
from bot.console.pages import Pages
from bot.console.roles import Role, Visit
from bot.learn.domain import Domain
from bot.learn.marks import Mark, MarkError
from bot.learn.offers import Kind, Offer
from bot.learn.run import Desk, offers_of
from bot.store.models import Turn
from bot.store.reviews import (
    ConflictError,
    Correction,
    Review,
    ReviewedTurn,
    ReviewStore,
    State,
    UnknownTurnError,
)

N_GUESSES = 4
LEARNED = "Cette correction est déjà apprise : elle ne peut plus être modifiée."


@dataclass(frozen=True, slots=True)
class CorrectionSources:
    """desk: made when it is first asked for, blocks. guesses: what the model took a turn for, best first."""

    reviews: ReviewStore
    worker: LearningWorker
    desk: Callable[[], Desk]
    guesses: Callable[[Turn], Sequence[str]]
    domain: Domain
    masking: Masking


class CorrectionRoutes:
    """The panel, as a part of a page."""

    def __init__(self, door: Door, pages: Pages, sources: CorrectionSources, clock: Clock) -> None:
        self._door = door
        self._pages = pages
        self._sources = sources
        self._clock = clock
        self.router = APIRouter(prefix="/console/corrections", dependencies=[door.needs(Role.AGENT)])
        self.router.add_api_route("/{turn_id}", self.show, methods=["GET"])
        self.router.add_api_route("/{turn_id}", self.save, methods=["POST"])
        self.router.add_api_route("/{turn_id}/words", self.words, methods=["POST"])

    async def show(self, request: Request, turn_id: int) -> Response:
        """The form; who may not see what is personal in the turn is asked first."""
        found, guesses = await self._turn(turn_id)
        visit = visit_of(request)
        if not visit.account.role.may(SEES_WORDS) and await asyncio.to_thread(self._is_personal, found):
            return self._pages.render(request, visit, "correction_masked.html", turn=found.turn)
        return self._form(request, found, guesses)

    async def words(self, request: Request, turn_id: int) -> Response:
        """The form with all words; whoever sees them is written down first."""
        found, guesses = await self._turn(turn_id)
        turn = found.turn
        await self._door.record(
            visit_of(request), "view_words", turn.conversation_id[:128], str(turn.position)
        )
        return self._form(request, found, guesses)

    def _is_personal(self, found: ReviewedTurn) -> bool:
        names = names_in([found.turn])
        texts = [found.turn.text, *([found.review.correction.text] if found.review else [])]
        return any(self._sources.masking.is_personal(text, names) for text in texts)

    def _form(self, request: Request, found: ReviewedTurn, guesses: Sequence[str]) -> Response:
        self._sources.worker.prepare()
        correction = found.review.correction if found.review else _unchanged(found.turn)
        version = found.review.version if found.review else 0
        return self._panel(request, found, guesses, correction, version)

    async def save(self, request: Request, turn_id: int) -> Response:
        """Keep a correction; whatever is wrong with it, the form comes back as it was sent."""
        visit = visit_of(request)
        found, guesses = await self._turn(turn_id)
        form = {name: str(value) for name, value in (await request.form()).items()}
        version = int(form["version"]) if form.get("version", "").isdigit() else 0
        try:
            correction = read_correction(form, self._sources.domain)
        except MarkError as error:
            return self._panel(
                request,
                found,
                guesses,
                _as_sent(form),
                version,
                error=str(error),
                raw_marks=form.get("marks", ""),
            )
        if found.review is not None and found.review.state is State.LEARNED:
            return self._panel(request, found, guesses, correction, version, error=LEARNED)
        return await self._keep(request, visit, found, guesses, correction, version)

    async def _keep(
        self,
        request: Request,
        visit: Visit,
        found: ReviewedTurn,
        guesses: Sequence[str],
        correction: Correction,
        version: int,
    ) -> Response:
        turn = found.turn
        await self._door.record(visit, "correct_turn", turn.conversation_id[:128], str(turn.position))
        login = visit.account.login
        try:
            review = await asyncio.to_thread(
                self._sources.reviews.save, turn.id, version, correction, login, self._clock()
            )
        except ConflictError as conflict:
            # What was typed stays in the form; saved again, it replaces what the colleague wrote, knowingly.
            return self._panel(
                request, found, guesses, correction, conflict.current.version, conflict=conflict.current
            )
        desk = await asyncio.to_thread(self._sources.desk)
        (offer,) = await asyncio.to_thread(offers_of, desk, [review])
        saved = replace(found, review=review)
        return self._panel(request, saved, guesses, correction, review.version, offer=offer)

    async def _turn(self, turn_id: int) -> tuple[ReviewedTurn, Sequence[str]]:
        try:
            found = await asyncio.to_thread(self._sources.reviews.turn, turn_id)
        except UnknownTurnError as error:
            raise HTTPException(404, "Ce tour de parole n'existe pas, ou plus.") from error
        return found, await asyncio.to_thread(self._sources.guesses, found.turn)

    def _panel(
        self,
        request: Request,
        found: ReviewedTurn,
        guesses: Sequence[str],
        correction: Correction,
        version: int,
        *,
        offer: Offer | None = None,
        conflict: Review | None = None,
        error: str = "",
        raw_marks: str | None = None,
    ) -> Response:
        domain = self._sources.domain
        likely = [name for name in dict.fromkeys(guesses) if name in domain.intents][:N_GUESSES]
        values: dict[str, Any] = {
            "turn": found.turn,
            "channel": found.channel,
            "review": found.review,
            "correction": correction,
            "version": version,
            "marks": raw_marks if raw_marks is not None else _json(correction.marks),
            "likely": likely,
            "intents": sorted(domain.intents, key=lambda name: labels.named(labels.INTENTS, name)),
            "entities": domain.entities,
            "entity_names": labels.ENTITIES,
            "entity_values": {name: list(listed) for name, listed in domain.values.items()},
            "value_names": labels.ASPECTS,
            "offer": offer,
            "refusals": list(dict.fromkeys(offer.refusals[kind] for kind in Kind if _asked(offer, kind)))
            if offer
            else [],
            "states": labels.REVIEW_STATES,
            "conflict": conflict,
            "error": error,
        }
        return self._pages.render(request, visit_of(request), "correction.html", **values)


def _asked(offer: Offer, kind: Kind) -> bool:
    """Whether a use was asked for that is impossible."""
    correction = offer.review.correction
    asked = {
        Kind.EXAMPLE: correction.as_example,
        Kind.RECOGNITION: correction.as_recognition,
        Kind.CONVERSATION: correction.as_conversation,
    }
    return asked[kind] and kind in offer.refusals


def _unchanged(turn: Turn) -> Correction:
    """What the form begins with: the turn as it was heard and understood."""
    marks = []
    for entity in turn.entities:
        words = str(entity.get("value", "")) if isinstance(entity, dict) else ""
        # The engine saw other words than the recogniser wrote: only what can be found again is marked.
        start = turn.text.casefold().find(words.casefold()) if words else -1
        if start >= 0:
            marks.append(Mark(start, start + len(words), str(entity["entity"])))
    return Correction(turn.text, turn.intent, tuple(_apart(marks)), as_example=True)


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda each: each.start):
        if not kept or kept[-1].end <= mark.start:
            kept.append(mark)
    return kept


def _as_sent(form: dict[str, str]) -> Correction:
    return Correction(
        form.get("text", ""),
        form.get("intent", ""),
        (),
        as_example="as_example" in form,
        as_recognition="as_recognition" in form,
        as_conversation="as_conversation" in form,
    )


def _json(marks: Sequence[Mark]) -> str:
    return json.dumps([mark.as_json() for mark in marks], ensure_ascii=False)
