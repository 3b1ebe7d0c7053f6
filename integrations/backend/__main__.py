"""`python -m integrations.backend`: runs the embedded report system."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from integrations.backend.app import create_app
from integrations.backend.catalogue import Catalogue
from integrations.backend.context import Context
from integrations.backend.dates import format_date
from integrations.backend.store import RequestStore
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def main() -> None:
    """Bring the tables up to date and serve until SIGTERM or SIGINT."""
    settings = Settings()
    catalogue = Catalogue.from_city(load_city(settings.city_dir))
    engine = open_database(settings.backend_database)
    migrate(engine, MIGRATIONS)
    context = Context(
        catalogue=catalogue,
        store=RequestStore(engine, catalogue.delays),
        key=settings.backend_key(),
        jurisdiction_id=settings.jurisdiction_id,
        clock=lambda: datetime.now(UTC),
    )
    problem_types = settings.city_dir / "problem_types.yml"
    changed_at = datetime.fromtimestamp(problem_types.stat().st_mtime, UTC)
    app = create_app(context, format_date(changed_at, catalogue.timezone))
    # Queries hold references: they do not belong in a log.
    uvicorn.run(app, host=settings.backend_host, port=settings.backend_port, access_log=False)


if __name__ == "__main__":
    main()
