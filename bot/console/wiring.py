"""Puts the console together: the only place that names its routes and stores."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from bot.chat.site import tiles_origin
from bot.console.assets import BUILT, STATIC, Assets
from bot.console.door import Clock, Door
from bot.console.guesses import Guesses
from bot.console.learning_worker import LearningWorker
from bot.console.masking import Masking
from bot.console.pages import Entry, Pages
from bot.console.refusals import Refusals
from bot.console.roles import Role
from bot.console.routes_conversation import ConversationRoutes, ConversationSources
from bot.console.routes_conversations import ConversationListRoutes, ConversationStores
from bot.console.routes_corrections import CorrectionRoutes, CorrectionSources
from bot.console.routes_dashboard import DashboardRoutes, DashboardSources
from bot.console.routes_home import HomeRoutes
from bot.console.routes_learning import LearningRoutes, LearningSources
from bot.console.routes_live import Following, LiveRoutes
from bot.console.routes_privacy import PrivacyDesk, PrivacyRoutes, Processing
from bot.console.routes_report import ReportRoutes
from bot.console.routes_reports import ReportsRoutes
from bot.console.routes_reviews import ReviewRoutes
from bot.console.routes_steering import SteeringRoutes
from bot.console.routes_steering_history import SteeringHistoryRoutes
from bot.console.routes_steering_texts import SteeringTextRoutes
from bot.console.routes_work import WorkRoutes
from bot.console.routes_work_filed import FiledWorkRoutes
from bot.console.shell import Shell, safeguards
from bot.console.steering_desk import SteeringDesk
from bot.console.template_filters import template_filters
from bot.console.wiring_access import Access, build_access
from bot.console.work_queues import Queues
from bot.figures.job import Counting
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
from bot.store.conversation_detail import read_detail
from bot.store.conversation_list import ConversationList
from bot.store.conversation_reviews import ConversationReviews
from bot.store.recordings import Recordings
from bot.store.reviews import ReviewStore
from bot.store.saved_filters import SavedFilters
from bot.store.trackers import open_trackers, read_tracker
from bot.supervise.engines import serving_file
from bot.supervise.switch import SwitchError
from integrations.city import City
from integrations.city_falc import load_hard_words
from integrations.city_procedures import procedure_titles
from integrations.desk_callbacks import callback_due_at
from integrations.desk_callbacks_work import CallbackDesk
from integrations.desk_conversation import ConversationDesk
from integrations.desk_work import WorkDesk
from integrations.personal_data import find_personal, public_names
from integrations.report_desk import ReportDesk
from integrations.settings import Settings as IntegrationsSettings

MENU: tuple[Entry, ...] = (
    Entry("Accueil", "/console/"),
    Entry("Tableau de bord", "/console/dashboard"),
    Entry("Conversations", "/console/conversations"),
    Entry("À traiter", "/console/work", count="/console/work/count"),
    Entry("Signalements", "/console/reports/"),
    Entry("Données personnelles", "/console/privacy", Role.SUPERVISOR),
    Entry("Apprentissage", "/console/learning", Role.SUPERVISOR),
    Entry("Pilotage", "/console/steering", Role.SUPERVISOR),
    Entry("Comptes", "/console/accounts/", Role.ADMINISTRATOR),
    Entry("Journal", "/console/audit/", Role.ADMINISTRATOR),
)
LIVE = Entry("En direct", "/console/live/", count="/console/live/count")


@dataclass(frozen=True, slots=True)
class Console:
    """The console's doors for the public listener, and what must run behind them.

    retention: the job that deletes what is old; runs where real data lies.
    """

    routers: tuple[APIRouter, ...]
    access: Access
    refusals: Refusals
    worker: LearningWorker
    retention: Retention
    counting: Counting
    tiles_origin: str = ""

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return (self.access.clean_up(), self.worker.run(), self.counting.run())

    def install(self, app: FastAPI) -> None:
        """Add to a listener what is not a route: what browsers see that may not enter, and safeguards."""
        self.refusals.install(app)
        app.add_middleware(Shell, headers=safeguards(self.tiles_origin))


def now() -> datetime:
    """The wall clock, which is read nowhere else in the console."""
    return datetime.now(UTC)


def build_console(
    settings: Settings,
    city: City,
    database: Engine,
    desk_database: Engine,
    reports: ReportDesk,
    *,
    steering: SteeringDesk,
    recordings: Recordings | None = None,
    following: Following | None = None,
    clock: Clock = now,
    is_ours: Callable[[str, datetime], bool] = lambda job, now: True,
) -> Console:
    """database: of the conversations, migrated. desk_database: of reports and call-backs, migrated.

    reports: of the city, closed by whoever opened them. following: the conversations in progress; None: there
    is no page of them. is_ours: whether this bot does a job, of several. Raises CityDataError.
    """
    access = build_access(settings, database, clock)
    services = {code: service.name for code, service in city.services.items()}
    ground = _Ground(
        settings,
        city,
        database,
        desk_database,
        access,
        Pages(city.info.name, city.timezone, _menu(following), template_filters(services)),
        Masking(partial(find_personal, public=public_names(city))),
    )
    places, keeping = open_places(settings, city, database, desk_database), Keeping()
    desk = provide_desk(settings, city, database, recordings)
    worker = LearningWorker(
        partial(go_back, settings, desk), (LearningError, SwitchError), partial(warm, desk)
    )
    return Console(
        (
            Assets(STATIC, BUILT).router,
            *access.routers(ground.pages, city),
            *_overview(ground, reports, following),
            *_reports(ground, reports),
            *_work(ground),
            *_conversations(ground, recordings or Recordings(settings.recordings_path)),
            *_steering(ground, steering),
            _privacy(ground, places, keeping),
            *_learning(ground, desk, worker),
        ),
        access,
        Refusals(access.door, ground.pages),
        worker,
        Retention(places, keeping, clock, partial(is_ours, "retention")),
        Counting(database, desk_database, city.timezone, clock, partial(is_ours, "figures")),
        tiles_origin(settings.chat_tiles_url),
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all parts stand on."""

    settings: Settings
    city: City
    database: Engine
    desk_database: Engine
    access: Access
    pages: Pages
    masking: Masking

    @property
    def door(self) -> Door:
        return self.access.door

    @property
    def clock(self) -> Clock:
        return self.access.clock


def _menu(following: Following | None) -> tuple[Entry, ...]:
    return (MENU[0], LIVE, *MENU[1:]) if following else MENU


def _overview(on: _Ground, reports: ReportDesk, following: Following | None) -> Iterator[APIRouter]:
    titles = cache(partial(procedure_titles, on.city))
    figures = DashboardSources(on.database, reports, on.masking, titles)
    yield HomeRoutes(on.door, on.pages).router
    yield DashboardRoutes(on.door, on.pages, figures, on.city, on.clock).router
    if following:
        own = on.settings.public_address
        yield LiveRoutes(on.door, on.pages, following, on.masking, own).router


def _reports(on: _Ground, reports: ReportDesk) -> tuple[APIRouter, ...]:
    tiles = (on.settings.chat_tiles_url, on.settings.chat_tiles_attribution)
    return (
        ReportsRoutes(on.door, on.pages, reports, on.masking, on.city, tiles).router,
        ReportRoutes(on.door, on.pages, reports, on.masking).router,
    )


def _work(on: _Ground) -> tuple[APIRouter, ...]:
    queues = Queues(CallbackDesk(on.desk_database), WorkDesk(on.desk_database))
    due_at = partial(callback_due_at, on.city)
    return (
        WorkRoutes(on.door, on.pages, queues, on.masking, due_at, on.clock).router,
        FiledWorkRoutes(on.door, on.pages, queues, on.masking, on.city, on.clock).router,
    )


def _conversations(on: _Ground, recordings: Recordings) -> tuple[APIRouter, ...]:
    conversations, reviews = ConversationList(on.database), ConversationReviews(on.database)
    stores = ConversationStores(conversations, reviews, SavedFilters(on.database), on.masking)
    services = {code: service.name for code, service in on.city.services.items()}
    sources = ConversationSources(
        detail=partial(read_detail, on.database),
        tracker=partial(read_tracker, open_trackers(on.settings.trackers_url)),
        filed=ConversationDesk(on.desk_database).of,
        reviews=reviews,
        recordings=recordings,
        problems={code: problem.name for code, problem in on.city.problem_types.items()},
        masking=on.masking,
    )
    return (
        ConversationListRoutes(on.door, on.pages, stores, services, on.city.timezone, on.clock).router,
        ReviewRoutes(on.door, on.pages, conversations, reviews, on.masking, on.clock).router,
        ConversationRoutes(on.door, on.pages, sources).router,
    )


def _steering(on: _Ground, steering: SteeringDesk) -> tuple[APIRouter, ...]:
    hard_words = load_hard_words(on.city.folder)
    return (
        SteeringTextRoutes(on.door, on.pages, steering, hard_words, on.clock).router,
        SteeringHistoryRoutes(on.door, on.pages, steering, on.city, on.clock).router,
        SteeringRoutes(on.door, on.pages, steering, on.city, on.clock).router,
    )


def _privacy(on: _Ground, places: Places, keeping: Keeping) -> APIRouter:
    processing = Processing(on.settings.record_calls, recipients(IntegrationsSettings()))
    desk = PrivacyDesk(Eraser(places), places.runs, keeping, processing)
    return PrivacyRoutes(on.door, on.pages, desk, on.clock).router


def _learning(on: _Ground, desk: Callable[[], Desk], worker: LearningWorker) -> tuple[APIRouter, ...]:
    trackers = open_trackers(on.settings.trackers_url)
    guesses = Guesses(partial(read_detail, on.database), partial(read_tracker, trackers))
    corrections = CorrectionSources(
        ReviewStore(on.database), worker, desk, guesses.of, read_domain(ROOT), on.masking
    )
    learning = LearningSources(desk, serving_file(on.settings.var_dir).read, worker)
    return (
        CorrectionRoutes(on.door, on.pages, corrections, on.clock).router,
        LearningRoutes(on.door, on.pages, learning, on.clock).router,
    )
