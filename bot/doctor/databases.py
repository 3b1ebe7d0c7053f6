"""Databases: reachable, writable, and of this version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.doctor.finding import Finding, fault, ok, warning
from integrations.database import open_database, writing

_ASK = "is it up, and are address, name and password right (CALLBOT_*DATABASE_URL)?"


def check_databases(databases: Mapping[str, tuple[str, Path | None]]) -> Iterator[Finding]:
    """databases: by name, SQLAlchemy address and folder of migrations, None where others keep its tables."""
    for name, (url, migrations) in databases.items():
        yield _check(f"database {name}", f"alembic_version_{name}", url, migrations)


def _check(name: str, versions: str, url: str, migrations: Path | None) -> Finding:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return ok(name, "will be made at the first start")
    engine = open_database(url)
    try:
        with writing(engine) as session:
            session.execute(text("SELECT 1"))
            context = MigrationContext.configure(session.connection(), opts={"version_table": versions})
            found = context.get_current_heads()
    except (SQLAlchemyError, OSError) as error:
        where = parsed.render_as_string(hide_password=True)
        return fault(name, f"{where} cannot be used ({type(error).__name__})", _ASK)
    finally:
        engine.dispose()
    if migrations is None:
        return ok(name, "answers")
    return _version(name, set(found), ScriptDirectory(str(migrations)))


def _version(name: str, found: set[str], known: ScriptDirectory) -> Finding:
    newest = set(known.get_heads())
    if found == newest:
        return ok(name, f"answers, version {', '.join(newest)}")
    if found <= {revision.revision for revision in known.walk_revisions()}:
        what = f"is of version {', '.join(found) or 'none'}, not {', '.join(newest)}"
        return warning(name, what, "restart the callbot: it brings its tables forward")
    what = f"is of version {', '.join(found)}, which this callbot does not know"
    return fault(name, what, "a newer callbot wrote it: install that one, or restore an older backup")
