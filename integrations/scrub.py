"""Makes sure that what was deleted from a database is not left in its files."""

from __future__ import annotations

from sqlalchemy import Engine, text


def scrub(engine: Engine) -> None:
    """Write over what SQLite still holds of deleted rows: in its search index and in its log. Blocks.

    PostgreSQL does it by itself, by autovacuum. Raises SQLAlchemyError.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        indexes = connection.execute(
            text("select name from sqlite_master where sql like 'CREATE VIRTUAL TABLE%USING fts5%'")
        ).scalars()
        names = [str(name) for name in indexes]
        connection.rollback()
        for name in names:
            # An index only marks words as deleted until its parts are merged.
            connection.exec_driver_sql(f"INSERT INTO {name}({name}) VALUES ('optimize')")
            connection.commit()
    raw = engine.raw_connection()
    try:
        # Outside a transaction; with readers at work it does what it can, and the next run the rest.
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        raw.close()
