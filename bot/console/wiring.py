"""Puts the console together: the only place that names its routes and stores."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from bot.console.assets import BUILT, STATIC, Assets
from bot.console.door import Door, NotSignedInError
from bot.console.guesses import Guesses
from bot.console.learning_worker import LearningWorker
from bot.console.pages import Entry, Pages
from bot.console.roles import Role
from bot.console.routes_conversation import (
    ConversationRoutes,
    ConversationSources,
    NoRecordings,
    Recordings,
)
from bot.console.routes_conversations import ConversationListRoutes, ConversationStores
from bot.console.routes_corrections import CorrectionRoutes, CorrectionSources
from bot.console.routes_home import HomeRoutes
from bot.console.routes_learning import LearningRoutes, LearningSources
from bot.console.routes_live import Following, LiveRoutes
from bot.console.routes_privacy import PrivacyDesk, PrivacyRoutes, Processing
from bot.console.routes_reviews import ReviewRoutes
from bot.console.routes_sign_in import SignInRoutes
from bot.console.template_filters import template_filters
from bot.learn.domain import read_domain
from bot.learn.run import Desk, LearningError
from bot.learn.wiring import ROOT, go_back, provide_desk, warm
from bot.privacy.erase import Eraser
from bot.privacy.keeping import Keeping
from bot.privacy.places import Places
from bot.privacy.register import recipients
from bot.privacy.retention import Retention
from bot.privacy.wiring import open_places
from bot.settings import Settings
from bot.store.accounts import AccountStore
from bot.store.conversation_detail import read_detail
from bot.store.conversation_list import ConversationList
from bot.store.conversation_reviews import ConversationReviews
from bot.store.reviews import ReviewStore
from bot.store.saved_filters import SavedFilters
from bot.store.trackers import open_trackers, read_tracker
from bot.supervise.engines import serving_file
from bot.supervise.switch import SwitchError
from integrations.city import City
from integrations.desk_conversation import ConversationDesk
from integrations.settings import Settings as IntegrationsSettings

MENU: tuple[Entry, ...] = (
    Entry("Accueil", "/console/"),
    Entry("Conversations", "/console/conversations"),
    Entry("Données personnelles", "/console/privacy", Role.SUPERVISOR),
    Entry("Apprentissage", "/console/learning", Role.SUPERVISOR),
)
LIVE = Entry("En direct", "/console/live/", count="/console/live/count")


@dataclass(frozen=True, slots=True)
class Console:
    """The console's doors for the public listener, and what must run behind them.

    retention: the job that deletes what is old; runs where real data lies.
    """

    routers: tuple[APIRouter, ...]
    worker: LearningWorker
    retention: Retention

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return (self.worker.run(),)

    def install(self, app: FastAPI) -> None:
        """Add to a listener what is not a route: where browsers go that are not signed in."""
        app.add_exception_handler(NotSignedInError, _to_sign_in)


def build_console(
    settings: Settings,
    city: City,
    database: Engine,
    desk_database: Engine,
    *,
    recordings: Recordings | None = None,
    following: Following | None = None,
) -> Console:
    """database: of the conversations, migrated. desk_database: of reports and call-backs, migrated.

    following: the conversations in progress; None: there is no page of them.
    """
    accounts = AccountStore(database)
    door = Door(accounts, _now)
    services = {code: service.name for code, service in city.services.items()}
    places, keeping = open_places(settings, city, database, desk_database), Keeping()
    menu = (MENU[0], LIVE, *MENU[1:]) if following else MENU
    pages = Pages(city.info.name, city.timezone, menu, template_filters(services))
    desk = provide_desk(settings, city, database, recordings)
    worker = LearningWorker(
        partial(go_back, settings, desk), (LearningError, SwitchError), partial(warm, desk)
    )
    is_secure = settings.public_address.startswith("https://")
    return Console(
        (
            Assets(STATIC, BUILT).router,
            SignInRoutes(door, pages, accounts, _now, is_secure=is_secure).router,
            HomeRoutes(door, pages).router,
            *((LiveRoutes(door, pages, following, settings.public_address).router,) if following else ()),
            *_conversations(
                settings, city, database, desk_database, recordings or NoRecordings(), door, pages
            ),
            _privacy(settings, places, keeping, door, pages),
            *_learning(settings, database, desk, worker, door, pages),
        ),
        worker,
        Retention(places, keeping, _now),
    )


def _privacy(settings: Settings, places: Places, keeping: Keeping, door: Door, pages: Pages) -> APIRouter:
    processing = Processing(settings.record_calls, recipients(IntegrationsSettings()))
    desk = PrivacyDesk(Eraser(places), places.runs, keeping, processing)
    return PrivacyRoutes(door, pages, desk, _now).router


def _conversations(
    settings: Settings,
    city: City,
    database: Engine,
    desk_database: Engine,
    recordings: Recordings,
    door: Door,
    pages: Pages,
) -> tuple[APIRouter, ...]:
    conversations, reviews = ConversationList(database), ConversationReviews(database)
    stores = ConversationStores(conversations, reviews, SavedFilters(database))
    services = {code: service.name for code, service in city.services.items()}
    sources = ConversationSources(
        detail=partial(read_detail, database),
        tracker=partial(read_tracker, open_trackers(settings.trackers_url)),
        filed=ConversationDesk(desk_database).of,
        reviews=reviews,
        recordings=recordings,
        problems={code: problem.name for code, problem in city.problem_types.items()},
    )
    return (
        ConversationListRoutes(door, pages, stores, services, city.timezone, _now).router,
        ReviewRoutes(door, pages, conversations, reviews, _now).router,
        ConversationRoutes(door, pages, sources).router,
    )


def _learning(
    settings: Settings,
    database: Engine,
    desk: Callable[[], Desk],
    worker: LearningWorker,
    door: Door,
    pages: Pages,
) -> tuple[APIRouter, ...]:
    trackers = open_trackers(settings.trackers_url)
    guesses = Guesses(partial(read_detail, database), partial(read_tracker, trackers))
    corrections = CorrectionSources(ReviewStore(database), worker, desk, guesses.of, read_domain(ROOT))
    learning = LearningSources(desk, serving_file(settings.var_dir).read, worker)
    return (
        CorrectionRoutes(door, pages, corrections, _now).router,
        LearningRoutes(door, pages, learning, _now).router,
    )


def _now() -> datetime:
    return datetime.now(UTC)


async def _to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedInError)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": error.sign_in_address})
    return RedirectResponse(error.sign_in_address, 303)
