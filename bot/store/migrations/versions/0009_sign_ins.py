"""Known browsers, failed sign-ins, forms that came too late, accounts of the city's own directory."""

import sqlalchemy as sa
from alembic import op

revision = "sign_ins"
down_revision = "privacy_runs"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("subject", sa.String(64)))
        table.create_index("ix_accounts_subject", ["subject"], unique=True)
    with op.batch_alter_table("console_sign_ins") as table:
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True)))
        table.create_index("ix_console_sign_ins_csrf", ["csrf"])
        table.create_index("ix_console_sign_ins_account", ["account_id"])
    op.create_index("ix_console_audit_login", "console_audit", ["login", "id"])
    op.create_index("ix_console_audit_action", "console_audit", ["action", "id"])
    op.create_table(
        "console_devices",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        _account(),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "console_failures",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "console_kept_forms",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        _account(),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("console_kept_forms")
    op.drop_table("console_failures")
    op.drop_table("console_devices")
    op.drop_index("ix_console_audit_action", "console_audit")
    op.drop_index("ix_console_audit_login", "console_audit")
    # A sign-in that had ended would go on.
    op.execute("DELETE FROM console_sign_ins WHERE ended_at IS NOT NULL")
    op.drop_index("ix_console_sign_ins_account", "console_sign_ins")
    op.drop_index("ix_console_sign_ins_csrf", "console_sign_ins")
    op.drop_index("ix_accounts_subject", "accounts")
    # Never in Alembic's batch mode: it makes tables anew on SQLite, which erases what belongs to accounts.
    op.execute("ALTER TABLE console_sign_ins DROP COLUMN ended_at")
    op.execute("ALTER TABLE accounts DROP COLUMN subject")


def _account() -> sa.Column[int]:
    key = sa.ForeignKey("accounts.id", ondelete="CASCADE")
    return sa.Column("account_id", sa.Integer(), key, nullable=False)
