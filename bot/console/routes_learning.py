"""What was corrected and what is learned of it: supervisors approve, and see the reports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from bot.console import labels
from bot.console.door import Clock, Door, visit_of
from bot.console.learning_worker import LearningWorker
from bot.console.pages import Pages
from bot.console.roles import Role
from bot.dialogue.serving import Serving
from bot.learn.offers import Kind, Offer
from bot.learn.run import Desk, offers_of
from bot.store.learnings import Learning
from bot.store.reviews import PAGE, State

PLACE = "/console/learning"
KINDS = {
    Kind.EXAMPLE: "exemple",
    Kind.RECOGNITION: "test d'écoute",
    Kind.CONVERSATION: "test de conversation",
}


@dataclass(frozen=True, slots=True)
class LearningSources:
    """desk: made when it is first asked for, blocks. serving: which engines serve, None when unknown."""

    desk: Callable[[], Desk]
    serving: Callable[[], Serving | None]
    worker: LearningWorker


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one page of corrections shows."""

    offers: Sequence[Offer]
    counts: dict[State, int]
    learnings: Sequence[Learning]
    serving: Serving | None
    can_go_back: bool


class LearningRoutes:
    """One page for both."""

    def __init__(self, door: Door, pages: Pages, sources: LearningSources, clock: Clock) -> None:
        self._door = door
        self._pages = pages
        self._sources = sources
        self._clock = clock
        self.router = APIRouter(prefix=PLACE, dependencies=[door.needs(Role.SUPERVISOR)])
        self.router.add_api_route("", self.show, methods=["GET"])
        self.router.add_api_route("/state", self.state, methods=["GET"])
        self.router.add_api_route("/decide", self.decide, methods=["POST"])
        self.router.add_api_route("/rollback", self.roll_back, methods=["POST"])
        self.router.add_api_route("/{learning_id}", self.report, methods=["GET"])

    async def show(
        self, request: Request, state: State = State.PROPOSED, after: int = 0, done: int = -1, left: int = 0
    ) -> Response:
        seen = await asyncio.to_thread(self._look, state, after)
        return self._pages.render(
            request,
            visit_of(request),
            "learning.html",
            offers=seen.offers,
            counts=seen.counts,
            learnings=seen.learnings,
            serving=seen.serving,
            can_go_back=seen.can_go_back,
            worker=self._sources.worker,
            state=state,
            after=after,
            page=PAGE,
            done=done,
            left=left,
            kinds=KINDS,
            states=labels.REVIEW_STATES,
            outcomes=labels.LEARNING_OUTCOMES,
            model_name=_model_name,
        )

    async def state(self, request: Request) -> Response:
        """Which model serves, and whether a step back is under way."""
        seen = await asyncio.to_thread(self._look, State.PROPOSED, 0, n=0)
        return self._pages.render(
            request,
            visit_of(request),
            "learning_state.html",
            serving=seen.serving,
            can_go_back=seen.can_go_back,
            worker=self._sources.worker,
            model_name=_model_name,
        )

    async def decide(self, request: Request) -> Response:
        """Approve or refuse those that are ticked, as they were when the page was made."""
        form = await request.form()
        verdict = {"approve": State.APPROVED, "refuse": State.REFUSED}.get(str(form.get("verdict", "")))
        ticked = [_numbers(str(each)) for each in form.getlist("review")]
        if verdict is None or None in ticked:
            raise HTTPException(422, "Cette décision est incomplète.")
        versions = [numbers for numbers in ticked if numbers is not None]
        visit, reason = visit_of(request), str(form.get("reason", ""))[:200]
        listed = ",".join(str(number) for number, _ in versions)
        await self._door.record(visit, f"{verdict}_corrections", detail=listed[:2000])
        desk = await asyncio.to_thread(self._sources.desk)
        login, now = visit.account.login, self._clock()
        done = await asyncio.to_thread(desk.reviews.decide, versions, verdict, login, now, reason)
        return RedirectResponse(f"{PLACE}?done={done}&left={len(versions) - done}", 303)

    async def roll_back(self, request: Request) -> Response:
        await self._door.record(visit_of(request), "take_learning_back")
        self._sources.worker.order()
        return await self.state(request)

    async def report(self, request: Request, learning_id: int) -> Response:
        desk = await asyncio.to_thread(self._sources.desk)
        learning = await asyncio.to_thread(desk.learnings.get, learning_id)
        if learning is None:
            raise HTTPException(404, "Cet apprentissage n'existe pas.")
        return self._pages.render(
            request,
            visit_of(request),
            "learning_report.html",
            learning=learning,
            outcomes=labels.LEARNING_OUTCOMES,
        )

    def _look(self, state: State, after: int, n: int = PAGE) -> _Seen:
        desk = self._sources.desk()
        reviews = desk.reviews.in_state(state, after=after, limit=n) if n else []
        return _Seen(
            offers_of(desk, reviews),
            desk.reviews.counts(),
            desk.learnings.latest(),
            self._sources.serving(),
            bool(desk.folder.in_effect()),
        )


def _numbers(text: str) -> tuple[int, int] | None:
    """Number and version of a correction, "12-3"."""
    number, dash, version = text.partition("-")
    return (int(number), int(version)) if dash and number.isdigit() and version.isdigit() else None


def _model_name(path: str) -> str:
    return Path(path).name.partition(".")[0]
