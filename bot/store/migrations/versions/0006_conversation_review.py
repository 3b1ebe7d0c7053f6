"""Conversations are reviewed by people, and searched by their words.

`conversation_texts` holds each conversation's words once more, to be searched: triggers on `turns` keep it
so, whoever writes or erases there. `number` counts conversations in the order in which they began.
A later migration that makes `turns` anew on SQLite must make these triggers anew.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "conversation_review"
down_revision = "reviews"

_LISTS = ("service", "intent", "outcome", "assignee")
# Lists of few among many: only those are in the index.
_RARE = {
    "ix_conversations_unsure": "is_unsure",
    "ix_conversations_transferred": "was_transferred",
    "ix_conversations_flagged": "is_flagged",
    "ix_conversations_emergency": "emergency <> ''",
    "ix_conversations_unreviewed": "reviewed_at IS NULL",
}
_WISHES = (
    "'report_problem', 'report_status', 'ask_procedure', 'ask_procedure_detail', 'ask_opening_hours', "
    "'ask_contact', 'ask_events', 'ask_participation', 'other_authority', 'request_callback', "
    "'talk_to_agent', 'change_language', 'emergency'"
)

_SQLITE = (
    """CREATE VIRTUAL TABLE conversation_words USING fts5(
        text, content='conversation_texts', content_rowid='number',
        tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER conversation_texts_added AFTER INSERT ON conversation_texts BEGIN
        INSERT INTO conversation_words(rowid, text) VALUES (new.number, new.text);
    END""",
    """CREATE TRIGGER conversation_texts_removed AFTER DELETE ON conversation_texts BEGIN
        INSERT INTO conversation_words(conversation_words, rowid, text)
            VALUES ('delete', old.number, old.text);
    END""",
    """CREATE TRIGGER conversation_texts_changed AFTER UPDATE OF text ON conversation_texts BEGIN
        INSERT INTO conversation_words(conversation_words, rowid, text)
            VALUES ('delete', old.number, old.text);
        INSERT INTO conversation_words(rowid, text) VALUES (new.number, new.text);
    END""",
    """CREATE TRIGGER turns_text_added AFTER INSERT ON turns BEGIN
        INSERT INTO conversation_texts(conversation_id, text)
            VALUES (new.conversation_id, replace(replace(new.text, 'œ', 'oe'), 'Œ', 'Oe'))
            ON CONFLICT (conversation_id) DO UPDATE SET text = text || char(10) || excluded.text;
    END""",
    *(
        f"""CREATE TRIGGER turns_text_{name} AFTER {event} ON turns BEGIN
        UPDATE conversation_texts SET text = coalesce((
            SELECT group_concat(replace(replace(t.text, 'œ', 'oe'), 'Œ', 'Oe'), char(10)) FROM (
                SELECT text FROM turns WHERE conversation_id = old.conversation_id ORDER BY position
            ) AS t), '')
        WHERE conversation_id = old.conversation_id;
    END"""
        for name, event in (("changed", "UPDATE OF text"), ("removed", "DELETE"))
    ),
)
_SQLITE_FILL = """INSERT INTO conversation_texts(conversation_id, text)
    SELECT c.id, coalesce((
        SELECT group_concat(replace(replace(t.text, 'œ', 'oe'), 'Œ', 'Oe'), char(10)) FROM (
            SELECT text FROM turns WHERE conversation_id = c.id ORDER BY position) AS t), '')
    FROM conversations AS c WHERE EXISTS (SELECT 1 FROM turns WHERE conversation_id = c.id)
    ORDER BY c.started_at"""

# Accents and œ are folded, and what the parser would take for parts of addresses or negative numbers.
_POSTGRESQL = (
    """CREATE FUNCTION callbot_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT translate(replace(replace(lower(said), 'œ', 'oe'), 'æ', 'ae'),
            'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ-_./:@''’&+=?#', 'aaaaaaceeeeiiiinooooouuuuyy             ')
    $$""",
    """ALTER TABLE conversation_texts ADD COLUMN words tsvector
        GENERATED ALWAYS AS (to_tsvector('french', text)) STORED""",
    "CREATE INDEX ix_conversation_texts_words ON conversation_texts USING gin (words)",
    """CREATE FUNCTION turns_text_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO conversation_texts AS known (conversation_id, text)
            VALUES (NEW.conversation_id, callbot_folded(NEW.text))
            ON CONFLICT (conversation_id) DO UPDATE SET text = known.text || chr(10) || excluded.text;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION turns_text_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE conversation_texts SET text = coalesce((
            SELECT string_agg(callbot_folded(t.text), chr(10) ORDER BY t.position) FROM turns AS t
            WHERE t.conversation_id = OLD.conversation_id), '')
        WHERE conversation_id = OLD.conversation_id;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER turns_text_added AFTER INSERT ON turns
        FOR EACH ROW EXECUTE FUNCTION turns_text_added()""",
    """CREATE TRIGGER turns_text_changed AFTER UPDATE OF text OR DELETE ON turns
        FOR EACH ROW EXECUTE FUNCTION turns_text_changed()""",
)
_POSTGRESQL_FILL = """INSERT INTO conversation_texts(conversation_id, text)
    SELECT c.id, string_agg(callbot_folded(t.text), chr(10) ORDER BY t.position)
    FROM conversations AS c JOIN turns AS t ON t.conversation_id = c.id
    GROUP BY c.id, c.started_at ORDER BY c.started_at"""


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("service", sa.String(64), nullable=False, server_default=""),
        sa.Column("intent", sa.String(64), nullable=False, server_default=""),
        sa.Column("is_unsure", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("was_transferred", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_flagged", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("assignee", sa.String(64), nullable=False, server_default=""),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
    )


def upgrade() -> None:
    for column in _columns():
        op.add_column("conversations", column)
    _fill_columns()
    for name in _LISTS:
        op.create_index(f"ix_conversations_{name}", "conversations", [name, "started_at"])
    for name, rows in _RARE.items():
        where = sa.text(rows)
        op.create_index(name, "conversations", ["started_at"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "conversation_texts",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(sa.text(statement.replace(":", r"\:")))
    op.execute(_SQLITE_FILL if is_sqlite else _POSTGRESQL_FILL)
    op.create_table(
        "conversation_filters",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column(
            "account_id", sa.Integer(), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.UniqueConstraint("account_id", "name", name="uq_conversation_filters_name"),
    )


def _fill_columns() -> None:
    """What later conversations are given while they are written."""
    op.execute("UPDATE conversations SET was_transferred = TRUE WHERE outcome = 'transferred'")
    op.execute(
        f"""UPDATE conversations SET intent = coalesce((
            SELECT t.intent FROM turns AS t
            WHERE t.conversation_id = conversations.id AND t.intent IN ({_WISHES})
            ORDER BY t.position DESC LIMIT 1), '')"""
    )
    op.execute(
        """UPDATE conversations SET is_unsure = TRUE WHERE EXISTS (
            SELECT 1 FROM turns AS t WHERE t.conversation_id = conversations.id AND t.speaker = 'caller'
            AND (t.intent = 'nlu_fallback' OR t.intent_confidence < 0.6 OR t.confidence < 0.5))"""
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "changed", "removed"):
            op.execute(f"DROP TRIGGER IF EXISTS turns_text_{name}")
        op.drop_table("conversation_texts")
        op.execute("DROP TABLE conversation_words")
    else:
        for name in ("added", "changed"):
            op.execute(f"DROP TRIGGER turns_text_{name} ON turns")
            op.execute(f"DROP FUNCTION turns_text_{name}()")
        op.drop_table("conversation_texts")
        op.execute("DROP FUNCTION callbot_folded(text)")
    op.drop_table("conversation_filters")
    for name in (*(f"ix_conversations_{name}" for name in _LISTS), *_RARE):
        op.drop_index(name, "conversations")
    # Never in Alembic's batch mode: it makes the table anew on SQLite, which would erase all turns.
    for column in _columns():
        op.execute(f"ALTER TABLE conversations DROP COLUMN {column.name}")
