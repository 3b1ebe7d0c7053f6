"""Puts the console together: the only place that names its routes and stores."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from bot.chat.site import tiles_origin
from bot.console.assets import BUILT, STATIC, Assets
from bot.console.door import Clock
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
    masking: Masking
    counting: Counting
    tiles_origin: str = ""

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return (self.access.clean_up(), self.worker.run(), self.masking.warm(), self.counting.run())

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
    door = access.door
    services = {code: service.name for code, service in city.services.items()}
    places, keeping = open_places(settings, city, database, desk_database), Keeping()
    menu = (MENU[0], LIVE, *MENU[1:]) if following else MENU
    pages = Pages(city.info.name, city.timezone, menu, template_filters(services))
    tiles = (settings.chat_tiles_url, settings.chat_tiles_attribution)
    queues = Queues(CallbackDesk(desk_database), WorkDesk(desk_database))
    desk = provide_desk(settings, city, database, recordings)
    masking = Masking(partial(find_personal, public=public_names(city)))
    figures = DashboardSources(database, reports, masking, cache(partial(procedure_titles, city)))
    worker = LearningWorker(
        partial(go_back, settings, desk), (LearningError, SwitchError), partial(warm, desk)
    )
    return Console(
        (
            Assets(STATIC, BUILT).router,
            *access.routers(pages, city),
            HomeRoutes(door, pages).router,
            DashboardRoutes(door, pages, figures, city, clock).router,
            *(
                (LiveRoutes(door, pages, following, masking, settings.public_address).router,)
                if following
                else ()
            ),
            ReportsRoutes(door, pages, reports, masking, city, tiles).router,
            ReportRoutes(door, pages, reports, masking).router,
            WorkRoutes(door, pages, queues, masking, partial(callback_due_at, city), clock).router,
            FiledWorkRoutes(door, pages, queues, masking, city, clock).router,
            *_conversations(
                settings,
                city,
                database,
                desk_database,
                recordings or Recordings(settings.recordings_path),
                access,
                pages,
                masking,
            ),
            SteeringTextRoutes(door, pages, steering, load_hard_words(city.folder), clock).router,
            SteeringHistoryRoutes(door, pages, steering, city, clock).router,
            SteeringRoutes(door, pages, steering, city, clock).router,
            _privacy(settings, places, keeping, access, pages),
            *_learning(settings, database, desk, worker, access, pages, masking),
        ),
        access,
        Refusals(door, pages),
        worker,
        Retention(places, keeping, clock, partial(is_ours, "retention")),
        masking,
        Counting(database, desk_database, city.timezone, clock, partial(is_ours, "figures")),
        tiles_origin(settings.chat_tiles_url),
    )


def _privacy(settings: Settings, places: Places, keeping: Keeping, access: Access, pages: Pages) -> APIRouter:
    processing = Processing(settings.record_calls, recipients(IntegrationsSettings()))
    desk = PrivacyDesk(Eraser(places), places.runs, keeping, processing)
    return PrivacyRoutes(access.door, pages, desk, access.clock).router


def _conversations(
    settings: Settings,
    city: City,
    database: Engine,
    desk_database: Engine,
    recordings: Recordings,
    access: Access,
    pages: Pages,
    masking: Masking,
) -> tuple[APIRouter, ...]:
    door, clock = access.door, access.clock
    conversations, reviews = ConversationList(database), ConversationReviews(database)
    stores = ConversationStores(conversations, reviews, SavedFilters(database), masking)
    services = {code: service.name for code, service in city.services.items()}
    sources = ConversationSources(
        detail=partial(read_detail, database),
        tracker=partial(read_tracker, open_trackers(settings.trackers_url)),
        filed=ConversationDesk(desk_database).of,
        reviews=reviews,
        recordings=recordings,
        problems={code: problem.name for code, problem in city.problem_types.items()},
        masking=masking,
    )
    return (
        ConversationListRoutes(door, pages, stores, services, city.timezone, clock).router,
        ReviewRoutes(door, pages, conversations, reviews, masking, clock).router,
        ConversationRoutes(door, pages, sources).router,
    )


def _learning(
    settings: Settings,
    database: Engine,
    desk: Callable[[], Desk],
    worker: LearningWorker,
    access: Access,
    pages: Pages,
    masking: Masking,
) -> tuple[APIRouter, ...]:
    door, clock = access.door, access.clock
    trackers = open_trackers(settings.trackers_url)
    guesses = Guesses(partial(read_detail, database), partial(read_tracker, trackers))
    corrections = CorrectionSources(
        ReviewStore(database), worker, desk, guesses.of, read_domain(ROOT), masking
    )
    learning = LearningSources(desk, serving_file(settings.var_dir).read, worker)
    return (
        CorrectionRoutes(door, pages, corrections, clock).router,
        LearningRoutes(door, pages, learning, clock).router,
    )
