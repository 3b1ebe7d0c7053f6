"""What every part of the bot stands on: the city, the databases, the record, and who answers whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from bot.dialogue.router import Router
from bot.dialogue.serving import Engine as RasaEngine
from bot.dialogue.serving import Serving
from bot.observe.watch import Watch
from bot.peers.wiring import Fleet
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.beginnings import Beginnings
from bot.store.conversations import MIGRATIONS, ConversationStore
from bot.supervise.control import Supervisor
from bot.supervise.drain import Drain
from bot.supervise.engines import PROCESSES, serving_file
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.messages import load_messages
from integrations.settings import Settings as IntegrationsSettings
from integrations.wiring import open_desk_database
from runtime.tracing import open_tracer


@dataclass(frozen=True, slots=True)
class Ground:
    """One bot's. database: of the conversations, migrated. desk_database: of reports and call-backs.

    router, drain: which dialogue engine answers whom, and what stops the one that nobody needs any more.
    """

    settings: Settings
    editions: Editions
    database: Engine
    desk_database: Engine
    store: ConversationStore
    watch: Watch
    router: Router
    drain: Drain
    fleet: Fleet


def open_ground(settings: Settings) -> Ground:
    """Open the databases and read the city. Raises CityDataError."""
    catalogue = load_messages(settings.city_dir)
    database = open_database(settings.conversations_url)
    migrate(database, MIGRATIONS)
    file = serving_file(settings.var_dir)
    serving = file.read() or Serving(active=RasaEngine(process=PROCESSES[0], url=settings.rasa_url))
    router = Router(serving, Beginnings(database).of, now)
    return Ground(
        settings,
        Editions(load_city(settings.city_dir), catalogue, is_recorded=settings.record_calls),
        database,
        open_desk_database(IntegrationsSettings()),
        ConversationStore(database),
        Watch(tracer=open_tracer("bot")),
        router,
        Drain(file, router, Supervisor(settings.supervisor_socket), now),
        Fleet(database, settings.redis_url, now),
    )


def now() -> datetime:
    """The clock of the bot's wiring."""
    return datetime.now(UTC)
