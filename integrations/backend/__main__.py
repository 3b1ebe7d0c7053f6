"""`python -m integrations.backend`: runs the embedded report system."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import uvicorn

from integrations.backend.app import create_app
from integrations.backend.catalogue import Catalogue
from integrations.backend.context import Context
from integrations.backend.dates import format_date
from integrations.backend.letters import Letters
from integrations.backend.life_store import LifeStore
from integrations.backend.photos import PhotoFolder
from integrations.backend.store import RequestStore
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.desk_metrics import DeskCollector
from integrations.outbox.metrics import OutboxCollector
from integrations.settings import Settings
from integrations.wiring import open_desk_database
from runtime import garbage
from runtime.exits import exit_on
from runtime.keeper import keep
from runtime.logs import configure_logging
from runtime.metrics import new_registry
from runtime.secrets import SecretError

MIGRATIONS = Path(__file__).parent / "migrations"


def now() -> datetime:
    """The wall clock, which is read nowhere else in the server."""
    return datetime.now(UTC)


def main() -> None:
    """Serve, and bring the tables up to date before that."""
    with exit_on(SecretError):
        configure_logging()
        settings = Settings()
    problem_types = settings.city_dir / "problem_types.yml"
    changed_at = datetime.fromtimestamp(problem_types.stat().st_mtime, UTC)
    keep(partial(serve, settings, Catalogue.from_city(load_city(settings.city_dir)), changed_at))


def serve(settings: Settings, catalogue: Catalogue, changed_at: datetime) -> None:
    """Bring the tables up to date and answer until SIGTERM or SIGINT. changed_at: when the catalogue was."""
    engine = open_database(settings.backend_database)
    migrate(engine, MIGRATIONS)
    desk = open_desk_database(settings)
    context = Context(
        catalogue=catalogue,
        engine=engine,
        store=RequestStore(engine, catalogue.delays),
        lives=LifeStore(engine, catalogue.delays),
        photos=PhotoFolder(settings.var_dir / "photos"),
        letters=Letters(desk),
        key=settings.backend_key(),
        clock=now,
        jurisdiction_id=settings.jurisdiction_id,
        agents_key=settings.agents_console_key(),
        alert_keys={name: key.get_secret_value() for name, key in settings.alert_keys.items()},
        public_url=settings.backend_public_url.rstrip("/"),
    )
    metrics = new_registry()
    metrics.register(OutboxCollector(desk, now))
    metrics.register(DeskCollector(desk, now))
    app = create_app(context, format_date(changed_at, catalogue.timezone), metrics)
    # A long list's many small values should not have everything searched again.
    garbage.set_aside()
    # Queries hold references: they do not belong in a log.
    uvicorn.run(
        app, host=settings.backend_host, port=settings.backend_port, access_log=False, log_config=None
    )


if __name__ == "__main__":
    main()
